import type { ParameterValue, StepState } from '../../contract/pipeline.js';
import { type Draft, LATER, setStep, stepOf } from './draft.js';
import { planned } from './order.js';
import { noteFailure } from './stop.js';
import { skip } from './close.js';
import { maxReason, shortened } from './step-states.js';
import { viewOfStep } from './view.js';

/** Most items of one `forEach`. More would not fit into the history of a workflow. */
export const MAX_ITEMS = 2_000;

/** Begins a step: evaluates its condition, then its items. A retried step skips the condition. */
export function beginStep(draft: Draft, id: string): void {
  const step = stepOf(draft, id);
  if (step.items.length > 0) {
    setStep(draft, id, { ...step, status: 'running' });
    return;
  }
  const { when, forEach, maxParallel } = planned(draft.plan, id);
  if (when !== undefined) {
    const answer = ask(draft, id, 'when');
    if (answer === LATER) {
      putOff(draft);
      return;
    }
    if (typeof answer !== 'boolean') {
      fail(draft, id, step, problemOf('when', answer, 'neither true nor false'));
      return;
    }
    if (!answer) {
      skip(draft, id, 'when', 'its condition is false');
      return;
    }
  }
  const values = typeof forEach === 'string' ? ask(draft, id, 'forEach') : forEach;
  const most = typeof maxParallel === 'string' ? ask(draft, id, 'maxParallel') : undefined;
  if (values === LATER || most === LATER) putOff(draft);
  else if (most !== undefined && !isCount(most)) {
    fail(draft, id, step, problemOf('maxParallel', most, `no integer from 1 to ${MAX_PARALLEL}`));
  } else if (values !== undefined && !isListOfValues(values)) {
    fail(draft, id, step, problemOf('forEach', values, 'not a list of values'));
  } else if ((values?.length ?? 1) > MAX_ITEMS) {
    fail(draft, id, step, `forEach: ${values?.length ?? 1} items, at most ${MAX_ITEMS}`);
  } else {
    const notStarted = { status: 'pending', attempt: step.attempts ?? 0 } as const;
    const items = Array.from(values ?? [null], () => notStarted);
    const listed = values !== undefined && { values };
    const limited = isCount(most) && { maxParallel: most };
    setStep(draft, id, { ...step, status: 'running', items, ...listed, ...limited });
  }
}

/** The step stays pending until the event `evaluate`. One command `pause` is enough for all such steps. */
function putOff({ commands }: Draft): void {
  if (commands.every(({ kind }) => kind !== 'pause')) commands.push({ kind: 'pause' });
}

const ask = (draft: Draft, id: string, what: Parameters<Draft['evaluate']>[1]): unknown =>
  draft.evaluate(id, what, (other) =>
    Object.hasOwn(draft.plan.steps, other) ? viewOfStep(stepOf(draft, other)) : undefined,
  );

function fail(draft: Draft, id: string, step: StepState, reason: string): void {
  setStep(draft, id, { ...step, status: 'failed', reason: shortened(reason, maxReason(step)) });
  noteFailure(draft, id);
}

function problemOf(what: string, answer: unknown, otherwise: string): string {
  const isRefusal = typeof answer === 'object' && answer !== null && 'failed' in answer;
  return `${what}: ${isRefusal ? String(answer.failed) : `its value is ${otherwise}`}`;
}

/** Greatest `maxParallel`, and greatest `concurrency`. */
const MAX_PARALLEL = 500;

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= MAX_PARALLEL;

const isValue = (value: unknown): value is ParameterValue =>
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  Number.isFinite(value) ||
  isListOfValues(value);

const isListOfValues = (value: unknown): value is readonly ParameterValue[] =>
  Array.isArray(value) && value.every(isValue);

import type { PipelinePlan, PipelineState, StepState } from '../../contract/pipeline.js';
import { type Draft, setStep, stepOf } from './draft.js';
import { initialState } from './initial-state.js';
import { orderOf, planned } from './order.js';
import { reopened } from './step-states.js';
import { liftStop } from './stop.js';

/** Runs what failed of a step again, and what was skipped because of it. */
export function retry(draft: Draft, id: string): void {
  setStep(draft, id, { ...reopened(stepOf(draft, id)), again: true });
  takeUp(draft, id);
}

/** The failure of a step no longer counts: it is skipped, and what was skipped because of it is decided anew. */
export function skipFailed(draft: Draft, id: string, reason: string): void {
  const { items, counts, next, values } = stepOf(draft, id);
  const rest = { items, counts, next, ...(values !== undefined && { values }) };
  setStep(draft, id, { ...rest, status: 'skipped', why: 'message', reason });
  takeUp(draft, id);
}

/** Puts on its way again what was skipped or cut short because of a step: below it, or stopped by its failure. */
function takeUp(draft: Draft, id: string): void {
  const taken = new Set([id]);
  for (const other of draft.order.ids) {
    const step = stepOf(draft, other);
    const isBelow = isSkippedByItself(step) && needsAny(draft.plan, other, taken);
    if (!taken.has(other) && (isBelow || (step.why === 'stop' && step.by === id))) {
      taken.add(other);
      setStep(draft, other, { ...reopened(step), again: true });
    }
  }
  liftStop(draft, id);
  delete draft.run.held; // where it fails again at once, it is held for the whole time again
}

/** What a person skipped stays skipped. */
const isSkippedByItself = ({ status, why }: StepState): boolean =>
  status === 'skipped' && why !== 'message';

const needsAny = (plan: PipelinePlan, id: string, steps: ReadonlySet<string>): boolean =>
  planned(plan, id).needs.some((need) => steps.has(need));

/**
 * State of a new run that goes on where an ended one failed: what succeeded stays done, as do steps that were skipped
 * for a reason of their own; all the rest runs.
 */
export function seedFrom(plan: PipelinePlan, ended: PipelineState): PipelineState {
  const fresh = initialState(plan);
  const steps: Record<string, StepState> = { ...fresh.steps };
  const taken = new Set<string>();
  for (const id of orderOf(plan).ids) {
    const step = Object.hasOwn(ended.steps, id) ? ended.steps[id] : undefined;
    if (step !== undefined && staysDone(step) && !isBelowAny(plan, id, step, taken)) {
      steps[id] = step;
    } else {
      taken.add(id);
      if (step !== undefined) steps[id] = reopened(step);
    }
  }
  return { ...fresh, steps };
}

const staysDone = ({ status, why }: StepState): boolean =>
  status === 'succeeded' ||
  (status === 'skipped' && (why === 'when' || why === 'needs' || why === 'message'));

const isBelowAny = (
  plan: PipelinePlan,
  id: string,
  step: StepState,
  taken: ReadonlySet<string>,
): boolean => isSkippedByItself(step) && needsAny(plan, id, taken);

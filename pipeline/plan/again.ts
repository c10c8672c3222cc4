import type { PipelinePlan, PipelineState, StepState } from '../../contract/pipeline.js';
import { type Draft, setStep, stepOf } from './draft.js';
import { initialState } from './initial-state.js';
import { orderOf, planned } from './order.js';
import { renewed, reopened } from './step-states.js';
import { liftStop } from './stop.js';

/**
 * Runs what failed of a step again, and everything downstream of it as a whole, whatever its rule and however it ended:
 * it rests on what runs again. What runs at this moment is run once more when it has ended.
 */
export function retry(draft: Draft, id: string): void {
  setStep(draft, id, { ...reopened(stepOf(draft, id)), again: true });
  const taken = new Set([id]);
  for (const other of draft.order.ids) {
    const step = stepOf(draft, other);
    if (needsAny(draft.plan, other, taken) && !isSkippedByPerson(step)) {
      taken.add(other);
      setStep(draft, other, reset(step));
    } else if (step.why === 'stop' && step.by === id) {
      taken.add(other);
      setStep(draft, other, { ...reopened(step), again: true });
    }
  }
  goOnAfter(draft, id);
}

function reset(step: StepState): StepState {
  if (step.status === 'running') return { ...step, repeat: true };
  if (step.status === 'pending' && step.items.length === 0) return step;
  return { ...renewed(step), again: true };
}

/** The failure of a step no longer counts: it is skipped, and what was skipped because of it is decided anew. */
export function skipFailed(draft: Draft, id: string, reason: string): void {
  const { items, counts, next, values } = stepOf(draft, id);
  const rest = { items, counts, next, ...(values !== undefined && { values }) };
  setStep(draft, id, { ...rest, status: 'skipped', why: 'message', reason });
  const taken = new Set([id]);
  for (const other of draft.order.ids) {
    const step = stepOf(draft, other);
    const isBelow = step.status === 'skipped' && needsAny(draft.plan, other, taken);
    const isTaken = isBelow && !isSkippedByPerson(step);
    if (isTaken || (step.why === 'stop' && step.by === id)) {
      taken.add(other);
      setStep(draft, other, { ...reopened(step), again: true });
    }
  }
  goOnAfter(draft, id);
}

function goOnAfter(draft: Draft, id: string): void {
  liftStop(draft, id);
  delete draft.run.held; // where it fails again at once, it is held for the whole time again
}

/** What a person skipped stays skipped. */
const isSkippedByPerson = ({ status, why }: StepState): boolean =>
  status === 'skipped' && why === 'message';

const needsAny = (plan: PipelinePlan, id: string, steps: ReadonlySet<string>): boolean =>
  planned(plan, id).needs.some((need) => steps.has(need));

/**
 * State of a new run that goes on where an ended one failed: what succeeded stays done, as do steps that were skipped
 * for a reason of their own. All the rest runs, and everything downstream of what runs, whatever its rule and however it
 * had ended.
 */
export function seedFrom(plan: PipelinePlan, ended: PipelineState): PipelineState {
  const fresh = initialState(plan);
  const steps: Record<string, StepState> = { ...fresh.steps };
  const taken = new Set<string>();
  for (const id of orderOf(plan).ids) {
    const step = Object.hasOwn(ended.steps, id) ? ended.steps[id] : undefined;
    const isBelow = needsAny(plan, id, taken);
    if (step !== undefined && (isSkippedByPerson(step) || (staysDone(step) && !isBelow))) {
      steps[id] = step;
      continue;
    }
    taken.add(id);
    if (step !== undefined) steps[id] = isBelow ? renewed(step) : reopened(step);
  }
  return { ...fresh, steps };
}

const staysDone = ({ status, why }: StepState): boolean =>
  status === 'succeeded' || (status === 'skipped' && (why === 'when' || why === 'needs'));

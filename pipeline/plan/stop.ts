import type { StepCause, StepState } from '../../contract/pipeline.js';
import { type Draft, setStep, stepOf } from './draft.js';
import { planned } from './order.js';
import { endingOf, isBad } from './rules.js';

/** Whether the step itself did not do what it should; one that was cut short by somebody else's failure did nothing wrong. */
export const isFailure = ({ status, why, counts }: StepState): boolean =>
  (isBad(status) && why !== 'stop') ||
  (status === 'running' && counts.failed + counts.canceled > 0);

/**
 * Why nothing of a step may start any more. After a failure that is every step with the rule `succeeded`: any other
 * rule is a word about what to do then, and is heeded.
 */
export function haltOf({ run, plan }: Draft, id: string, step: StepState): StepCause | undefined {
  const ending = endingOf(run);
  if (ending !== undefined) return ending;
  if (step.canceling) return 'message';
  const isHeldUp = run.stopping === 'failure' && planned(plan, id).runs === 'succeeded';
  return isHeldUp && !step.again ? 'stop' : undefined;
}

/** A step failed, or an item of it. A new failure also holds up what an earlier message put on its way. */
export function noteFailure(draft: Draft, id: string): void {
  const { run, plan, order } = draft;
  if (plan.onFailure === 'continue' || endingOf(run) !== undefined) return;
  for (const other of order.ids) if (stepOf(draft, other).again) holdUp(draft, other);
  if (run.stopping === undefined) Object.assign(run, { stopping: 'failure', stoppedBy: id });
}

function holdUp(draft: Draft, id: string): void {
  const { again, ...step } = stepOf(draft, id);
  if (again) setStep(draft, id, step);
}

/** A message took up the failure of a step: what stops the run now is another failure, or nothing. */
export function liftStop(draft: Draft, id: string): void {
  const { run, order } = draft;
  if (run.stopping !== 'failure' || run.stoppedBy !== id) return;
  const other = order.ids.find((it) => isFailure(stepOf(draft, it)));
  delete run.stopping;
  delete run.stoppedBy;
  if (other !== undefined) Object.assign(run, { stopping: 'failure', stoppedBy: other });
}

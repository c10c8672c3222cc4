import type { PipelineOutcome, StepState } from '../../contract/pipeline.js';
import { type Draft, stepOf } from './draft.js';
import { endingOf, hasEnded, isFailure } from './rules.js';

/** Ends the run when every step has ended, or holds it open. */
export function noteEnd(draft: Draft): void {
  const { run, plan, list } = draft;
  if (!list.every(({ status }) => hasEnded(status))) {
    delete run.held;
    return;
  }
  const isFailed = list.some(isFailure);
  if (plan.onFailure !== 'hold' || endingOf(run) !== undefined || !isFailed) end(draft);
  else if (!run.held) hold(draft);
}

function hold(draft: Draft): void {
  const { run } = draft;
  run.held = true;
  run.holds += 1;
  tellHold(draft);
}

/** Emits the command that reports the end of the hold. Must be repeated after continue-as-new. */
export function tellHold({ run, plan, commands }: Draft): void {
  commands.push({ kind: 'hold', hold: run.holds, forMs: plan.holdForMs });
}

export function end(draft: Draft): void {
  const { run, list, order, commands } = draft;
  const failed = order.ids.filter((id) => isNamed(stepOf(draft, id)));
  delete run.held;
  run.ended = { outcome: outcomeOf(draft, list.some(isCutOff), failed.length > 0), failed };
  commands.push({ kind: 'end', ...run.ended });
}

const isCutOff = ({ why }: StepState): boolean =>
  why === 'cancel' || why === 'deadline' || why === 'size';

/** Whether the step is named as failed. One that only the end of the run canceled is not. */
const isNamed = (step: StepState): boolean =>
  isFailure(step) && (step.status === 'failed' || !isCutOff(step));

/** Outcome of the run. A cancel or a deadline without an effect does not change it. */
function outcomeOf({ run }: Draft, wasCut: boolean, hasFailed: boolean): PipelineOutcome {
  if (!wasCut && !hasFailed) return 'succeeded';
  if (run.stopping === 'cancel') return 'canceled';
  return wasCut && run.stopping === 'deadline' ? 'timed-out' : 'failed';
}

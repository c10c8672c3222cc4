import type { StepCause, StepState } from '../../contract/pipeline.js';
import { type Draft, setStep, stepOf } from './draft.js';
import { planned } from './order.js';
import { endingOf, isFailure } from './rules.js';

/**
 * Why no item of a step may start any more; undefined if items may. A failure stops every step with the rule
 * `allSucceeded`. The other rules say themselves what happens after a failure.
 */
export function stopReason(draft: Draft, id: string, step: StepState): StepCause | undefined {
  const ending = endingOf(draft.run);
  if (ending !== undefined) return ending;
  if (step.canceling) return 'message';
  return stopperOf(draft, id, step) === undefined ? undefined : 'stop';
}

/** The step whose failure stops this one: the first failure after the latest message that made this step run again. */
export function stopperOf(draft: Draft, id: string, { again = 0 }: StepState): string | undefined {
  if (planned(draft.plan, id).runIf !== 'allSucceeded') return undefined;
  return failuresOf(draft).find(({ failure }) => failure > again)?.id;
}

/** Steps whose failures stop the run, the first failure first. */
function failuresOf(draft: Draft): readonly { readonly id: string; readonly failure: number }[] {
  if (draft.plan.onFailure === 'continue') return [];
  draft.failures ??= draft.order.ids
    .flatMap((id, place) => {
      const step = draft.list[place];
      return step !== undefined && isFailure(step) ? [{ id, failure: step.failure ?? 0 }] : [];
    })
    .sort((one, other) => one.failure - other.failure);
  return draft.failures;
}

/** Records that a step, or an item of it, failed. */
export function noteFailure(draft: Draft, id: string): void {
  draft.run.failures += 1;
  setStep(draft, id, { ...stepOf(draft, id), failure: draft.run.failures });
}

/** Records in the state whether a failure stops the run. */
export function noteStop(draft: Draft): void {
  const { run } = draft;
  if (endingOf(run) !== undefined) return;
  if (failuresOf(draft).length > 0) run.stopping = 'failure';
  else delete run.stopping;
}

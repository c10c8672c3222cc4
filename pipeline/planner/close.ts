import type { StepCause, StepState } from '../../contract/pipeline.js';
import { type Draft, setItem, setStep, stepOf } from './draft.js';
import { itemName } from './item-name.js';
import { lasting, maxReason, pendingOf, shortened } from './step-states.js';
import { noteFailure, stopperOf } from './stop.js';

/** Ends a step that did not begin, or does not continue. `reason`: replaces the reason that `why` implies. */
export function skip(draft: Draft, id: string, why: StepCause, reason?: string): void {
  const by = why === 'stop' ? stopperOf(draft, id, stepOf(draft, id)) : undefined;
  const text = shortened(reason ?? stopReasonText(why, by));
  skipItems(draft, id, text);
  const step = stepOf(draft, id);
  const { items, counts, next } = step;
  setStep(draft, id, {
    ...{ status: 'skipped', items, counts, next, why, reason: text },
    ...lasting(step),
    ...(by !== undefined && { by }),
  });
}

/** Ends a step without running items. `stop`: why its pending items do not start. */
export function close(draft: Draft, id: string, stop: StepCause | undefined): void {
  const before = stepOf(draft, id);
  const left = pendingOf(before);
  const by = stop === 'stop' ? stopperOf(draft, id, before) : undefined;
  if (stop !== undefined) skipItems(draft, id, shortened(stopReasonText(stop, by)));
  const step = stepOf(draft, id);
  const { items, counts, next, failure, repeat } = step;
  const status = statusOf(step, left);
  const why = status === 'succeeded' ? undefined : causeOf(step, left, status, stop);
  const reason = reasonOf(step, status, why && stopReasonText(why, by));
  setStep(draft, id, {
    ...{ status, items, counts, next },
    ...lasting(step),
    ...(failure !== undefined && { failure }),
    ...(repeat !== undefined && { repeat }),
    ...(reason !== undefined && { reason: shortened(reason, maxReason(before)) }),
    ...(why !== undefined && { why }),
    ...(why === 'stop' && by !== undefined && { by }),
  });
  // A step that a person canceled counts as failed, even if all items that ran have succeeded.
  if (status === 'canceled' && why === 'message') noteFailure(draft, id);
}

const STOP_REASONS: Readonly<Record<Exclude<StepCause, 'stop'>, string>> = {
  needs: 'its rule does not allow it',
  when: 'its condition is false',
  message: 'a message asked for it',
  cancel: 'the run was canceled',
  deadline: 'runTimeout of the pipeline passed',
  size: 'the state of the run has become too large',
};

/** Why a step is not started or not continued. */
const stopReasonText = (why: StepCause, by: string | undefined): string =>
  why === 'stop' ? `the run stops because ${by ?? 'a step'} did not succeed` : STOP_REASONS[why];

function skipItems(draft: Draft, id: string, reason: string): void {
  for (const [index, { status, attempt }] of stepOf(draft, id).items.entries()) {
    if (status === 'pending') setItem(draft, id, index, { status: 'skipped', attempt, reason });
  }
}

/** A step that should have run again and did not is canceled, whatever the end of its first run. */
function statusOf(
  { counts, repeat }: StepState,
  left: number,
): 'failed' | 'canceled' | 'succeeded' {
  if (repeat) return 'canceled';
  if (counts.failed > 0) return 'failed';
  return counts.canceled + left > 0 ? 'canceled' : 'succeeded';
}

/**
 * The cause, if it kept items from running. `stop` counts only if no item of the step itself failed or was canceled.
 */
function causeOf(
  { counts: { canceled }, repeat }: StepState,
  left: number,
  status: 'failed' | 'canceled',
  stop: StepCause | undefined,
): StepCause | undefined {
  if (stop === 'stop') return status === 'canceled' && canceled === 0 ? 'stop' : undefined;
  return repeat || canceled + left > 0 ? stop : undefined;
}

function reasonOf(
  { values, items, counts }: StepState,
  status: StepState['status'],
  cause: string | undefined,
): string | undefined {
  if (status === 'succeeded') return undefined;
  if (status === 'canceled' && cause !== undefined) return cause;
  const index = items.findIndex((item) => item.status === status);
  const first = items[index]?.reason;
  if (values === undefined) return first;
  const share = `${counts[status === 'failed' ? 'failed' : 'canceled']} of ${items.length} items ${status === 'failed' ? 'failed' : 'were canceled'}`;
  return `${share}, the first is ${itemName(values[index], index)}${first === undefined ? '' : `: ${first}`}`;
}

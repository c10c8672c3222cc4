import type { StepCause, StepState } from '../../contract/pipeline.js';
import { type Draft, setItem, setStep, stepOf } from './draft.js';
import { itemName } from './item-name.js';
import { pendingOf, shortened } from './step-states.js';
import { noteFailure } from './stop.js';

/** Ends a step that did not begin, or does not go on. */
export function skip(draft: Draft, id: string, why: StepCause, reason: string): void {
  skipItems(draft, id, reason);
  const { items, counts, next, values } = stepOf(draft, id);
  setStep(draft, id, {
    ...{ status: 'skipped', items, counts, next, why, reason: shortened(reason) },
    ...(values !== undefined && { values }),
    ...byOf(draft, why),
  });
}

/** Ends a step of which nothing runs. `halt`: why what is left of it does not start. */
export function close(draft: Draft, id: string, halt: StepCause | undefined): void {
  const left = pendingOf(stepOf(draft, id));
  if (halt !== undefined) skipItems(draft, id, HALTS[halt](draft));
  const { items, counts, next, values } = stepOf(draft, id);
  const status = statusOf(stepOf(draft, id), left);
  const why = status === 'succeeded' ? undefined : causeOf(counts.canceled, left, status, halt);
  const reason = reasonOf(stepOf(draft, id), status, why && HALTS[why](draft));
  setStep(draft, id, {
    ...{ status, items, counts, next },
    ...(values !== undefined && { values }),
    ...(reason !== undefined && { reason: shortened(reason) }),
    ...(why !== undefined && { why, ...byOf(draft, why) }),
  });
  // What a person cut short did not do what others need, also where all that had run of it went well.
  if (status === 'canceled' && why === 'message') noteFailure(draft, id);
}

/** Why a step is not started or goes on no more, in words. */
export const HALTS: Readonly<Record<StepCause, (draft: Draft) => string>> = {
  needs: () => 'its rule does not allow it',
  when: () => 'its condition is false',
  stop: ({ run }) => `the run stops because ${run.stoppedBy ?? 'a step'} did not succeed`,
  message: () => 'a message asked for it',
  cancel: () => 'the run was canceled',
  deadline: () => 'runTimeout of the pipeline passed',
  size: () => 'what the run keeps has become too large',
};

const byOf = ({ run }: Draft, why: StepCause): { readonly by?: string } =>
  why === 'stop' && run.stoppedBy !== undefined ? { by: run.stoppedBy } : {};

function skipItems(draft: Draft, id: string, reason: string): void {
  for (const [index, { status, attempt }] of stepOf(draft, id).items.entries()) {
    if (status === 'pending') {
      setItem(draft, id, index, { status: 'skipped', attempt, reason: shortened(reason) });
    }
  }
}

function statusOf({ counts }: StepState, left: number): 'failed' | 'canceled' | 'succeeded' {
  if (counts.failed > 0) return 'failed';
  return counts.canceled + left > 0 ? 'canceled' : 'succeeded';
}

/** A cause is named where it cut something off; `stop` only where the step itself had no failure. */
function causeOf(
  canceled: number,
  left: number,
  status: 'failed' | 'canceled',
  halt: StepCause | undefined,
): StepCause | undefined {
  if (halt === 'stop') return status === 'canceled' && canceled === 0 ? 'stop' : undefined;
  return canceled + left > 0 ? halt : undefined;
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

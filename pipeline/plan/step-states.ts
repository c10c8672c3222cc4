import type { ItemCounts, ItemState, StepState } from '../../contract/pipeline.js';

export const NO_ITEMS: ItemCounts = {
  running: 0,
  succeeded: 0,
  failed: 0,
  canceled: 0,
  skipped: 0,
};

/** Longest reason that a state keeps. 2,000 of them must fit into it. */
const LONGEST_REASON = 200;

export const shortened = (reason: string): string =>
  reason.length <= LONGEST_REASON ? reason : `${reason.slice(0, LONGEST_REASON - 1)}…`;

export const freshStep = (): StepState => ({
  status: 'pending',
  items: [],
  counts: NO_ITEMS,
  next: 0,
});

/** Items that are still to be started. */
export const pendingOf = ({ items, counts }: StepState): number =>
  items.length -
  (counts.running + counts.succeeded + counts.failed + counts.canceled + counts.skipped);

/** The step, to be run again: items that succeeded stay done, the others are started anew. */
export function reopened({ values, items }: StepState): StepState {
  const again = items.map((item) => (item.status === 'succeeded' ? item : waiting(item)));
  const succeeded = again.filter(({ status }) => status === 'succeeded').length;
  const first = again.findIndex(({ status }) => status === 'pending');
  return {
    status: 'pending',
    ...(values !== undefined && { values }),
    items: again,
    counts: { ...NO_ITEMS, succeeded },
    next: first === -1 ? again.length : first,
  };
}

/** The step, to be run as a whole: what it works on may have changed. Attempts are counted on. */
export function renewed({ items, attempts = 0, skip, reason }: StepState): StepState {
  const made = items.reduce((most, { attempt }) => Math.max(most, attempt), attempts);
  const isToBeSkipped = skip === true && { skip, ...(reason !== undefined && { reason }) };
  return { ...freshStep(), ...(made > 0 && { attempts: made }), ...isToBeSkipped };
}

const waiting = ({ attempt }: ItemState): ItemState => ({ status: 'pending', attempt });

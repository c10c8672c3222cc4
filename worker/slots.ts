import type { Worker } from '@temporalio/worker';
import type { Warn } from './backdating-support.js';

/** Activities under way in a worker, and how many it takes at once. */
export interface SlotUse {
  readonly used: number;
  readonly slots: number;
}

/** From this part on a worker is nearly full; it has to fall below the second one to count as relieved. */
const NEARLY_FULL = 0.9;
const RELIEVED = 0.75;

/** Whether a worker is nearly full, knowing whether it was: around one figure it is not said again and again. */
export const isNearlyFull = ({ used, slots }: SlotUse, was: boolean): boolean =>
  used >= slots * (was ? RELIEVED : NEARLY_FULL);

/** Warns once each time that a worker becomes nearly full. */
export interface SlotWatch {
  look(use: SlotUse | undefined): void;
}

export function createSlotWatch(warn: Warn, about: Readonly<Record<string, unknown>>): SlotWatch {
  let was = false;
  return {
    look: (use) => {
      if (use === undefined) return;
      const is = isNearlyFull(use, was);
      if (is && !was) warn(FULL(use), { ...about, ...use });
      was = is;
    },
  };
}

const FULL = ({ used, slots }: SlotUse): string =>
  `${used} of ${slots} activity slots are used: each wait holds one for as long as its job runs, and once all are used runs ` +
  'neither start nor stop here. Raise maxConcurrentActivityTaskExecutions (DATAFLOW_MAX_ACTIVITIES), start more workers, or ' +
  'give waits workers of their own (waitTaskQueue); see docs/scale.md';

/** Undefined where the worker has a slot supplier of the user's, who alone knows. */
export function slotUseOf(worker: Worker): SlotUse | undefined {
  const supplier = worker.options.tuner.activityTaskSlotSupplier;
  const used = worker.getStatus().numInFlightNonLocalActivities;
  switch (supplier.type) {
    case 'fixed-size':
      return { used, slots: supplier.numSlots };
    case 'resource-based':
      return { used, slots: supplier.maximumSlots };
    default:
      return undefined;
  }
}

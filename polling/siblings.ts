import type { Timings } from '../contract/timings.js';
import { ORDER_SLACK_MS } from './list-order.js';

type Settings = Pick<Timings, 'maxListingDelayMs'>;

/**
 * Whether other executions of its job go on beside one, as the job's list shows. A row of getJobs names no execution, only
 * a date, so it is surely about this one only where no other goes on.
 */
export type Siblings =
  | 'unknown'
  | 'none'
  | 'others'
  /** The list does not show the execution itself. */
  | 'unlisted';

/** What is known of the execution. */
interface Known {
  readonly createdMs: number | undefined;
  readonly startedMs: number | undefined;
  readonly siblings: Siblings;
}

/** From then on the list shows all whose dates could be its own: created as close to its creation, or to its start. */
const listedByMs = (
  { createdMs = Infinity, startedMs = -Infinity }: Known,
  { maxListingDelayMs }: Settings,
): number => Math.max(createdMs, startedMs) + ORDER_SLACK_MS + maxListingDelayMs;

/** Siblings by a list that was read at `readMs` and shows the execution as running. */
export function siblingsIn(
  watched: Known,
  isAlone: boolean,
  readMs: number,
  settings: Settings,
): Siblings {
  if (!isAlone) return 'others';
  return readMs >= listedByMs(watched, settings) ? 'none' : watched.siblings;
}

/** Whether its next read is late enough for the list to be conclusive. */
export const isOldEnough = (
  watched: Known & { readonly dueMs: number },
  settings: Settings,
): boolean => watched.dueMs >= listedByMs(watched, settings);

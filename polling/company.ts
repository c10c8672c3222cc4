import type { Timings } from '../contract/timings.js';
import { ORDER_SLACK_MS } from './list-order.js';

type Settings = Pick<Timings, 'visibleWithinMs'>;

/**
 * Whether other executions of its job go on beside one, as the job's list shows. A row of getJobs names no execution, only
 * a date, so it is surely about this one only where no other goes on.
 */
export type Company =
  | 'unknown'
  | 'none'
  | 'others'
  /** The list does not show the execution itself. */
  | 'unlisted';

/** What is known of the execution. */
interface Known {
  readonly createdMs: number | undefined;
  readonly company: Company;
}

/** From then on the list shows all that were created so close to it that their dates could be its own. */
const listedByMs = ({ createdMs = Infinity }: Known, { visibleWithinMs }: Settings): number =>
  createdMs + ORDER_SLACK_MS + visibleWithinMs;

/** What a list that was read at `readMs` says, in which the execution goes on. */
export function companyIn(
  watched: Known,
  isAlone: boolean,
  readMs: number,
  settings: Settings,
): Company {
  if (!isAlone) return 'others';
  return readMs >= listedByMs(watched, settings) ? 'none' : watched.company;
}

/** Whether its next look tells more by its job's list than by id: for as many calls, whether its row may stand for it. */
export const isWorthListing = (
  watched: Known & { readonly dueMs: number },
  settings: Settings,
): boolean =>
  (watched.company === 'unknown' || watched.company === 'others') &&
  watched.dueMs >= listedByMs(watched, settings);

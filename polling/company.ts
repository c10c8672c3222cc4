import { ORDER_SLACK_MS } from './list-order.js';
import type { HubSettings, Watched } from './watched.js';

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

type Known = Pick<Watched, 'createdMs' | 'company'>;

/** From then on the list shows all that were created so close to it that their dates could be its own. */
const listedByMs = ({ createdMs = Infinity }: Known, { visibleWithinMs }: HubSettings): number =>
  createdMs + ORDER_SLACK_MS + visibleWithinMs;

/** What a list that was read at `readMs` says, in which the execution goes on. */
export function companyIn(
  watched: Known,
  isAlone: boolean,
  readMs: number,
  settings: HubSettings,
): Company {
  if (!isAlone) return 'others';
  return readMs >= listedByMs(watched, settings) ? 'none' : watched.company;
}

/** Whether its next look tells more by its job's list than by id: for as many calls, whether its row may stand for it. */
export const isWorthListing = (
  watched: Known & Pick<Watched, 'dueMs'>,
  settings: HubSettings,
): boolean =>
  (watched.company === 'unknown' || watched.company === 'others') &&
  watched.dueMs >= listedByMs(watched, settings);

import type { JobExecution } from './job.js';
import { DATE_STEP_MARGIN_MS } from './timings.js';

/**
 * Whether two executions can both come of the POSTs of one submission, which started executions within `windowMs`:
 * createdDate against createdDate, so one clock. Where one shows none it is not proven. A copy that an operator makes of an
 * execution later carries its run key too, and is not ours to stop.
 */
export function isOfSameTime(
  one: Pick<JobExecution, 'createdDate'>,
  other: Pick<JobExecution, 'createdDate'>,
  windowMs: number,
): boolean {
  const apartMs = Math.abs(Date.parse(one.createdDate ?? '') - Date.parse(other.createdDate ?? ''));
  return apartMs <= windowMs + DATE_STEP_MARGIN_MS;
}

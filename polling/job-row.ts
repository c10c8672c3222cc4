import { isKnownStatus, isTerminal, type JobSummary } from '../contract/job.js';
import { ORDER_SLACK_MS } from './list-order.js';
import type { Watched } from './watched-execution.js';

/** The last execution of a job, as its row of getJobs shows it. The row has no execution id (NOTES §5.6). */
export interface LastExecution {
  readonly status: string | undefined;
  readonly date: string | undefined;
}

export const lastExecutionOf = (row: JobSummary): LastExecution => ({
  status: row.lastExecutionStatus,
  date: row.lastExecutionDate,
});

/** Whether this row is the first one to show an end. */
export const showsEnd = (now: LastExecution, before: LastExecution | undefined): boolean =>
  now.status !== undefined &&
  isTerminal(now.status) &&
  (now.status !== before?.status || now.date !== before.date);

/** Whether the row shows another execution than the previous row, or another status of it. */
export const isOther = (
  now: LastExecution | undefined,
  before: LastExecution | undefined,
): boolean => before !== undefined && (now?.status !== before.status || now?.date !== before.date);

/** Whether the row can be about this execution: it cannot where its date lies before the creation. */
export const mayBeAbout = ({ date }: LastExecution, { createdMs = -Infinity }: Watched): boolean =>
  !(Date.parse(date ?? '') < createdMs - ORDER_SLACK_MS);

/**
 * Whether the row is about this execution and shows that it goes on. Its date may be that of the creation or of the
 * start: which one is UNKNOWN. Anything else, a status that is not known too, proves nothing.
 */
export function showsGoingOn(
  { status, date }: LastExecution,
  { createdMs, startedMs }: Watched,
): boolean {
  if (status === undefined || !isKnownStatus(status) || isTerminal(status)) return false;
  const dateMs = Date.parse(date ?? '');
  return [createdMs, startedMs].some(
    (ms) => ms !== undefined && Math.abs(ms - dateMs) <= ORDER_SLACK_MS,
  );
}

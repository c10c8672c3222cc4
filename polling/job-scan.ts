import { dateMs, isTerminal, type JobSummary } from '../contract/job.js';
import { ORDER_SLACK_MS } from './list-order.js';
import type { Watched } from './watched-execution.js';

/**
 * Scans: reads of all pages of getJobs. Their rows show the last execution of each job without its id, and may be out
 * of date (NOTES §5.6). So a scan is a hint: an end that it shows makes polls due, and nothing in it makes a poll
 * later. poll-rate.ts decides when scans are made.
 */
export interface JobScan {
  /** Number of calls of the latest scan. */
  readonly pages: number;
  /** End of the latest scan. */
  readonly scannedMs: number;
  /** Consecutive failed scans. */
  readonly failures: number;
  /** No scan before this time: one failed, or was out of date. */
  readonly notBeforeMs: number;
}

export const NO_SCAN: JobScan = {
  pages: 1,
  scannedMs: -Infinity,
  failures: 0,
  notBeforeMs: -Infinity,
};

/** Time after which jobs are scanned again whose rows did not show their execution. */
const RETRY_MS = 300_000;
/** Rows that are out of date by more than this are not used for {@link LAG_REST_MS}. */
const MAX_LAG_MS = 60_000;
const LAG_REST_MS = 3_600_000;

export const scanDueMs = ({ scannedMs, notBeforeMs }: JobScan, pauseMs: number): number =>
  Math.max(scannedMs + pauseMs, notBeforeMs);

/** Whether jobs whose rows did not show their execution should be scanned again. */
export const isWorthRetry = ({ scannedMs }: JobScan, nowMs: number): boolean =>
  nowMs > scannedMs + RETRY_MS;

export const afterScan = (pages: number, nowMs: number): JobScan => ({
  ...NO_SCAN,
  pages,
  scannedMs: nowMs,
});

/** Until the next scan, executions are polled as without scans. */
export const afterFailedScan = (scan: JobScan, pauseMs: number, nowMs: number): JobScan => ({
  ...scan,
  notBeforeMs: nowMs + pauseMs,
  failures: scan.failures + 1,
});

/** Whether the latest scan was made long after this end, which it did not show. */
export const isBehind = ({ scannedMs }: JobScan, endMs: number): boolean =>
  scannedMs > endMs + MAX_LAG_MS;

export const afterLag = (scan: JobScan, nowMs: number): JobScan => ({
  ...scan,
  notBeforeMs: nowMs + LAG_REST_MS,
});

/** Last execution of a job in its row of getJobs. */
export type LastExecution = Pick<JobSummary, 'lastExecutionStatus' | 'lastExecutionDate'>;

/** Whether this row shows an end that the row before did not show. */
export const showsEnd = (now: LastExecution, before: LastExecution | undefined): boolean =>
  now.lastExecutionStatus !== undefined &&
  isTerminal(now.lastExecutionStatus) &&
  (now.lastExecutionStatus !== before?.lastExecutionStatus ||
    now.lastExecutionDate !== before.lastExecutionDate);

/**
 * Whether a row may be about this execution. Whether its date is that of creation or of start is UNKNOWN (NOTES
 * §5.6). Ends of other executions of the job must not cost a poll each.
 */
export function mayBeAbout(row: LastExecution, { createdMs, startedMs }: Watched): boolean {
  const shownMs = dateMs(row.lastExecutionDate);
  if (Number.isNaN(shownMs) || createdMs === undefined) return true;
  const isNear = (ms: number): boolean => Math.abs(shownMs - ms) <= ORDER_SLACK_MS;
  return isNear(createdMs) || (startedMs === undefined ? shownMs > createdMs : isNear(startedMs));
}

/** Whether a row may show this execution as not ended. Then later rows may show its end. */
export const showsRunning = (row: LastExecution, watched: Watched): boolean =>
  row.lastExecutionStatus !== undefined &&
  !isTerminal(row.lastExecutionStatus) &&
  mayBeAbout(row, watched);

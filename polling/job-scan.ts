import { dateMs, isTerminal, type JobSummary } from '../contract/job.js';
import { ORDER_SLACK_MS } from './list-order.js';
import type { Watched } from './watched-execution.js';

/**
 * The pages of getJobs. They show the last execution of every job, without its id and perhaps long behind (NOTES §5.6).
 * So a scan is a hint only: an end that it shows makes polls due, and nothing that it shows or leaves out makes a poll
 * later. Without scans every end would be seen too. When they are made: poll-rate.ts.
 */
export interface JobScan {
  /** Calls of the latest scan. */
  readonly pages: number;
  /** End of the latest one. */
  readonly scannedMs: number;
  /** Consecutive failed scans. */
  readonly failures: number;
  /** No scan before this time, after one that failed or was behind. */
  readonly notBeforeMs: number;
}

export const NO_SCAN: JobScan = {
  pages: 1,
  scannedMs: -Infinity,
  failures: 0,
  notBeforeMs: -Infinity,
};

/** Time after which rows that were no help are tried again. */
const RETRY_MS = 300_000;
/** Rows that lie behind by more than this are of no use... */
const MAX_LAG_MS = 60_000;
/** ...for so long. Until then executions are polled as without scans. */
const LAG_REST_MS = 3_600_000;

/** When the next scan is due at such a pause. */
export const scanDueMs = ({ scannedMs, notBeforeMs }: JobScan, pauseMs: number): number =>
  Math.max(scannedMs + pauseMs, notBeforeMs);

/** Whether jobs whose rows were no help should be scanned again: they may be by now. */
export const isWorthRetry = ({ scannedMs }: JobScan, nowMs: number): boolean =>
  nowMs > scannedMs + RETRY_MS;

/** The pages were read. */
export const afterScan = (pages: number, nowMs: number): JobScan => ({
  ...NO_SCAN,
  pages,
  scannedMs: nowMs,
});

/** The pages could not be read: polls are as without scans until the next one. */
export const afterFailedScan = (scan: JobScan, pauseMs: number, nowMs: number): JobScan => ({
  ...scan,
  notBeforeMs: nowMs + pauseMs,
  failures: scan.failures + 1,
});

/** Whether the latest scan showed as running what had ended long before. */
export const isBehind = ({ scannedMs }: JobScan, endMs: number): boolean =>
  scannedMs > endMs + MAX_LAG_MS;

/** A poll has found an end that scans did not show. */
export const afterLag = (scan: JobScan, nowMs: number): JobScan => ({
  ...scan,
  notBeforeMs: nowMs + LAG_REST_MS,
});

/** The last execution of a job, as its row of getJobs shows it. */
export type LastExecution = Pick<JobSummary, 'lastExecutionStatus' | 'lastExecutionDate'>;

/** Whether this row is the first one to show an end. */
export const showsEnd = (now: LastExecution, before: LastExecution | undefined): boolean =>
  now.lastExecutionStatus !== undefined &&
  isTerminal(now.lastExecutionStatus) &&
  (now.lastExecutionStatus !== before?.lastExecutionStatus ||
    now.lastExecutionDate !== before.lastExecutionDate);

/**
 * Whether the row may be about this execution. Its date may be that of the creation or of the start: which one is UNKNOWN
 * (NOTES §5.6). Other executions of the job that end all the time must not cost a poll each.
 */
export function mayBeAbout(row: LastExecution, { createdMs, startedMs }: Watched): boolean {
  const shownMs = dateMs(row.lastExecutionDate);
  if (Number.isNaN(shownMs) || createdMs === undefined) return true;
  const isNear = (ms: number): boolean => Math.abs(shownMs - ms) <= ORDER_SLACK_MS;
  return isNear(createdMs) || (startedMs === undefined ? shownMs > createdMs : isNear(startedMs));
}

/** Whether the row may show this execution, not ended: then later rows may show its end. */
export const showsRunning = (row: LastExecution, watched: Watched): boolean =>
  row.lastExecutionStatus !== undefined &&
  !isTerminal(row.lastExecutionStatus) &&
  mayBeAbout(row, watched);

import { type ExecutionStatus, type JobExecution, msBetween } from './job.js';

/**
 * Running times (startDate to endDate, ms, newest first) of the newest ended executions of a job. A wait estimates
 * from them when the next execution ends. Cancelled executions are left out: they do not show how long a run takes.
 */
export interface DurationHistory {
  readonly completedMs: readonly number[];
  /** Kept apart, because failures often come early. */
  readonly failedMs: readonly number[];
}

/** Completed and failed together. They are part of the input of each wait, which must stay small. */
export const MAX_DURATIONS_SEEN = 24;

/** @param rows newest first */
export function durationHistory(rows: readonly JobExecution[]): DurationHistory {
  const ended = rows
    .map((row) => ({ status: row.status, ms: msBetween(row.startDate, row.endDate) }))
    .filter(({ status, ms }) => (status === 'COMPLETED' || status === 'FAILED') && ms >= 0)
    .slice(0, MAX_DURATIONS_SEEN);
  const having = (wanted: ExecutionStatus): number[] =>
    ended.filter(({ status }) => status === wanted).map(({ ms }) => ms);
  return { completedMs: having('COMPLETED'), failedMs: having('FAILED') };
}

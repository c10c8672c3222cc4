import { type ExecutionStatus, type JobExecution, msBetween } from './job.js';

/**
 * How long the newest ended executions of a job ran (ms, newest first): from this a wait estimates when the next one
 * ends. Running time, from startDate to endDate; cancelled ones show nothing and are left out.
 */
export interface DurationHistory {
  readonly completedMs: readonly number[];
  /** Kept apart: what fails often fails early, and is no measure of what a whole run takes. */
  readonly failedMs: readonly number[];
}

/** Durations that are kept in all, so that what travels with each wait stays small. */
export const MAX_DURATIONS_SEEN = 24;

/** Durations of the executions in the rows of a list, newest first. */
export function durationHistory(rows: readonly JobExecution[]): DurationHistory {
  const ended = rows
    .map((row) => ({ status: row.status, ms: msBetween(row.startDate, row.endDate) }))
    .filter(({ status, ms }) => (status === 'COMPLETED' || status === 'FAILED') && ms >= 0)
    .slice(0, MAX_DURATIONS_SEEN);
  const having = (wanted: ExecutionStatus): number[] =>
    ended.filter(({ status }) => status === wanted).map(({ ms }) => ms);
  return { completedMs: having('COMPLETED'), failedMs: having('FAILED') };
}

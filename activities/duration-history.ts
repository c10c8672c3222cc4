import { type DurationHistory, MOST_DURATIONS_SEEN } from '../contract/duration-history.js';
import type { ExecutionStatus, JobExecution } from '../contract/job.js';

/** What the rows of a list, newest first, tell of how long executions run. */
export function durationHistory(rows: readonly JobExecution[]): DurationHistory {
  const ended = rows
    .map((row) => ({ status: row.status, ms: durationMs(row) }))
    .filter(({ status, ms }) => (status === 'COMPLETED' || status === 'FAILED') && ms >= 0)
    .slice(0, MOST_DURATIONS_SEEN);
  const having = (wanted: ExecutionStatus): number[] =>
    ended.filter(({ status }) => status === wanted).map(({ ms }) => ms);
  return { completedMs: having('COMPLETED'), failedMs: having('FAILED') };
}

const durationMs = ({ startDate, endDate }: JobExecution): number =>
  Date.parse(endDate ?? '') - Date.parse(startDate ?? '');

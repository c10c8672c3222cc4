import type { JobExecution } from '../../contract/job.js';
import type { RunJobResult } from '../../contract/run.js';

/** How long an execution waited and ran, from the service's dates; without what it gave none for. */
export function spansOf({
  createdDate,
  startDate,
  endDate,
}: JobExecution): Pick<RunJobResult, 'waitingMs' | 'runningMs'> {
  const waitingMs = between(createdDate, startDate);
  const runningMs = between(startDate, endDate);
  return {
    ...(waitingMs !== undefined && { waitingMs }),
    ...(runningMs !== undefined && { runningMs }),
  };
}

function between(from: string | undefined, to: string | undefined): number | undefined {
  const ms = Date.parse(to ?? '') - Date.parse(from ?? '');
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

import { isPastDeadline } from '../job-run/limits.js';
import { executionsOf, mustEndAs, remoteFailed } from './failures.js';
import type { RemoteRun, Started } from './remote-run.js';
import { adoptStart } from './start.js';
import { showRemote } from './progress.js';

/**
 * Decides a start with an unknown outcome once reconciling is finished; does nothing before. If each job that the
 * trigger starts has exactly one new execution, they belong to the run. Otherwise the outcome stays unknown. When the
 * run must end, no execution is adopted to be stopped, because an inexact match may belong to another start.
 * @throws RunFailure
 */
export function settleOutcome(run: RemoteRun, started: Started): void {
  const first = started.nodes.filter(({ parentJobIds }) => parentJobIds.length === 0);
  if (!first.every(({ dueMs }) => dueMs === undefined)) return;
  const mustEnd = run.cancellation.requested || isPastDeadline(run);
  if (first.every(({ exactMatch }) => exactMatch) && !mustEnd) {
    adoptStart(run);
    showRemote(run, { submissionOutcome: 'adopted' });
    return;
  }
  const lost = first.flatMap(({ jobId, lost: why }) => why && [`job ${jobId}: ${why}`]);
  throw failWithUnknownOutcome(run, started, lost.length > 0 ? lost.join('; ') : undefined);
}

/** End of a run whose start has an unknown outcome. It says what to check. `why`: why reconciling did not finish. */
export function failWithUnknownOutcome(run: RemoteRun, started: Started, why?: string): Error {
  const seen = started.nodes.flatMap(({ execution, candidates }) => [
    ...(execution === undefined ? [] : [execution.jobExecutionId]),
    ...candidates,
  ]);
  const details = { candidates: seen, ...executionsOf(started) };
  const what =
    seen.length === 0
      ? 'no execution of its jobs was seen'
      : `${seen.join(', ')} could be what it started`;
  const message = `a start of it may have been accepted, and ${what}${why === undefined ? '' : ` (${why})`}`;
  if (!run.cancellation.requested && !isPastDeadline(run)) {
    return remoteFailed(run, 'DataFlowSubmissionAmbiguous', message, details);
  }
  const unknown = `${message}: check the newest executions of its jobs in the service; nothing was stopped`;
  return mustEndAs(run, 'the outcome of its start was unknown', { ...details, unknown });
}

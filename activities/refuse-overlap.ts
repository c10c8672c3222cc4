import { dateMs, isTerminal, type JobExecution } from '../contract/job.js';
import type { RemoteNode } from '../contract/remote-activities.js';
import { DATE_STEP_MARGIN_MS } from '../contract/timings.js';
import { failure } from './failure.js';
import { datesBehindMs } from './match.js';
import type { Profile } from './profile.js';
import { createTriggeredReader } from './triggered-reader.js';

/** A workflow of the service, with the newest executions of its jobs. */
export interface RecentRuns {
  readonly workflowId: string;
  readonly triggerId: string;
  readonly nodes: readonly RemoteNode[];
  readonly rows: ReadonlyMap<string, readonly JobExecution[]>;
}

/**
 * * Refuses a start while an earlier run may still start jobs: their executions could not be told from those of the
 * new run * (NOTES §5.7). An earlier run whose last jobs are running is no reason, because their executions are
 * known. * @throws ApplicationFailure `DataFlowBadState` with the executions of the earlier run; nothing was posted
 */
export async function refuseOverlap(
  profile: Profile,
  recentRuns: RecentRuns,
  signal: AbortSignal,
): Promise<void> {
  const { workflowId, triggerId, nodes, rows } = recentRuns;
  const reader = createTriggeredReader(profile, triggerId);
  const { client, timings, roundTripFields } = profile;
  const endedByMs = client.serviceClock.earliestMs() - datesBehindMs(roundTripFields);
  const startedMs = endedByMs - timings.maxListingDelayMs;
  const going: string[] = [];
  for (const { jobId } of nodes) {
    const children = nodes.filter(({ parentJobIds }) => parentJobIds.includes(jobId));
    if (children.length === 0) continue;
    // An execution that ended more than maxListingDelayMs ago cannot start further jobs: they would be listed by now.
    const recent = (rows.get(jobId) ?? []).filter((row) => mayStartMore(row, startedMs));
    const { started, possible } = await reader.among(recent, signal);
    for (const row of [...started, ...possible]) {
      const isOver = isTerminal(row.status) && children.every((child) => hasFollowed(row, child));
      if (!isOver) going.push(row.jobExecutionId);
    }
  }
  if (going.length === 0) return;
  const message =
    `workflow ${workflowId} has an earlier run that may still start jobs (${going.slice(0, 5).join(', ')}): ` +
    'two overlapping runs could not be told apart. Nothing was started; start it again after that run has ended';
  throw failure('DataFlowBadState', message, { details: { workflowId, candidates: going } });

  function hasFollowed(row: JobExecution, child: RemoteNode): boolean {
    const endMs = dateMs(row.endDate) - DATE_STEP_MARGIN_MS;
    return (rows.get(child.jobId) ?? []).some(({ createdDate }) => dateMs(createdDate) >= endMs);
  }
}

function mayStartMore({ status, endDate }: JobExecution, startedMs: number): boolean {
  if (!isTerminal(status)) return true;
  return status === 'COMPLETED' && dateMs(endDate) + DATE_STEP_MARGIN_MS >= startedMs;
}

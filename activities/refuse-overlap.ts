import { dateMs, isTerminal, type JobExecution } from '../contract/job.js';
import type { RemoteNode } from '../contract/remote-activities.js';
import { DATE_STEP_MARGIN_MS } from '../contract/timings.js';
import { failure } from './failure.js';
import { datesBehindMs } from './match.js';
import type { Profile } from './profile.js';
import { createTriggeredReader } from './triggered-reader.js';

/** A workflow of the service, and the latest executions of its jobs. */
export interface Lately {
  readonly workflowId: string;
  readonly triggerId: string;
  readonly nodes: readonly RemoteNode[];
  readonly rows: ReadonlyMap<string, readonly JobExecution[]>;
}

/**
 * Refuses a start while an earlier run may still start jobs: executions that it starts from now on could not be distinguished
 * from those of the new run (NOTES §5.7). An earlier run whose last jobs are running does not count: those executions
 * are known.
 * @throws ApplicationFailure `DataFlowBadState` with the executions of the earlier run; nothing has been posted
 */
export async function refuseOverlap(
  profile: Profile,
  lately: Lately,
  signal: AbortSignal,
): Promise<void> {
  const { workflowId, triggerId, nodes, rows } = lately;
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
    `workflow ${workflowId} has an earlier run that goes on, or may (${going.slice(0, 5).join(', ')}): ` +
    'two overlapping runs could not be told apart; nothing was started, start it again when that one has ended';
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

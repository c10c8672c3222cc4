import type {
  AuditClass,
  AuditedExecution,
  AuditedWorkflow,
  AuditGaps,
  ClosedWorkflow,
  ListedExecution,
  OpenPost,
  OpenWorkflow,
} from '../../contract/audit.js';
import { dateMs } from '../../contract/job.js';

/**
 * Most that the clocks of Temporal and of the service are taken to be apart where their dates are compared. If they are
 * further apart, what a run key proves is unknown.
 */
const CLOCKS_APART_MS = 600_000;

/** What is known about workflows. */
export interface AuditEvidence {
  readonly open: readonly OpenWorkflow[];
  readonly closed: readonly ClosedWorkflow[];
  readonly gaps: Pick<AuditGaps, 'openWorkflows' | 'closedWorkflows'>;
  readonly otherNamespaces: boolean;
  readonly nowMs: number;
}

/** The class of each execution, and why. Pure. */
export function classify(
  executions: readonly ListedExecution[],
  evidence: AuditEvidence,
): readonly AuditedExecution[] {
  const index = indexOf(evidence);
  return executions.map((execution) => {
    const hours = workerHours(execution, evidence.nowMs);
    return {
      ...execution,
      ...classOf(execution, index, evidence),
      ...(hours !== undefined && { workerHours: hours }),
    };
  });
}

/** Executions for which no open workflow waits, and whose start no closed workflow is known to have made. */
export function unexplainedBy(
  executions: readonly ListedExecution[],
  { open, closed }: Pick<AuditEvidence, 'open' | 'closed'>,
): readonly ListedExecution[] {
  const index = indexOf({ open, closed });
  return executions.filter(
    (one) => !index.awaited.has(one.executionId) && startOf(one, index) === undefined,
  );
}

interface Index {
  readonly awaited: ReadonlyMap<string, OpenWorkflow>;
  readonly candidates: ReadonlyMap<string, OpenWorkflow>;
  readonly startingJobs: ReadonlyMap<string, OpenWorkflow>;
  readonly started: ReadonlyMap<string, ClosedWorkflow>;
  readonly openPosts: ReadonlyMap<string, readonly PostOf[]>;
}

interface PostOf {
  readonly post: OpenPost;
  readonly workflow: ClosedWorkflow;
}

function indexOf({ open, closed }: Pick<AuditEvidence, 'open' | 'closed'>): Index {
  const byName = (names: (workflow: OpenWorkflow) => readonly string[]) =>
    new Map(open.flatMap((one) => names(one).map((name) => [name, one] as const)));
  const openPosts = new Map<string, PostOf[]>();
  for (const workflow of closed)
    for (const post of workflow.openPosts)
      openPosts.set(post.jobId, [...(openPosts.get(post.jobId) ?? []), { post, workflow }]);
  return {
    awaited: byName(({ awaited }) => awaited),
    candidates: byName(({ candidates }) => candidates),
    startingJobs: byName(({ startingJobs }) => startingJobs),
    // A run that was reset has the starts of the run before it in its history: the one that closed last is named.
    started: new Map(
      closed
        .toSorted((one, other) => one.closedMs - other.closedMs)
        .flatMap((one) => one.started.map((id) => [id, one] as const)),
    ),
    openPosts,
  };
}

interface Classified {
  readonly class: AuditClass;
  readonly reason: string;
  readonly workflow?: AuditedWorkflow;
}

function classOf(
  execution: ListedExecution,
  index: Index,
  { gaps, otherNamespaces }: AuditEvidence,
): Classified {
  const { executionId, jobId, isTriggered, runKeys = [] } = execution;
  const owner = index.awaited.get(executionId);
  if (owner !== undefined) return named('owned', 'an open workflow waits for it', owner);
  const perhaps = index.candidates.get(executionId) ?? index.startingJobs.get(jobId);
  const starter = startOf(execution, index);
  if (perhaps !== undefined)
    return named(
      'unknown',
      `an open workflow may take it up: it is starting job ${jobId}`,
      perhaps,
    );
  if (starter !== undefined)
    return gaps.openWorkflows === true
      ? closedBy('unknown', 'a closed workflow started it; not all open ones were read', starter)
      : closedBy(
          'orphaned',
          'a workflow that has closed started it, and none waits for it',
          starter,
        );
  const possible = (index.openPosts.get(jobId) ?? []).find(({ post }) =>
    isCreatedIn(execution, post),
  );
  if (possible !== undefined)
    return closedBy('unknown', 'a workflow that has closed may have started it', possible.workflow);
  if (isTriggered === true)
    return { class: 'external', reason: 'a trigger or a workflow of the service started it' };
  if (gaps.openWorkflows === true || gaps.closedWorkflows === true)
    return { class: 'unknown', reason: 'not all workflows were read' };
  if (runKeys.length > 0 && !otherNamespaces)
    return {
      class: 'unknown',
      reason:
        'it has a run key, and no workflow of this namespace: that was deleted, or is in another namespace',
    };
  return { class: 'external', reason: 'no workflow of this namespace started it' };
}

/**
 * The closed workflow that started it for certain: its history names the execution, or the run key that it sent. A copy
 * that an operator made later shows the key too.
 */
function startOf(execution: ListedExecution, index: Index): ClosedWorkflow | undefined {
  const { executionId, jobId, runKeys = [] } = execution;
  const byId = index.started.get(executionId);
  if (byId !== undefined) return byId;
  return (index.openPosts.get(jobId) ?? []).find(
    ({ post }) =>
      post.runKeys.some((key) => runKeys.includes(key)) && isCreatedIn(execution, post, false),
  )?.workflow;
}

/** Whether it was created in the time of a POST. @param otherwise for an execution that shows no date */
function isCreatedIn(
  { createdDate }: ListedExecution,
  { sinceMs, untilMs = Infinity }: OpenPost,
  otherwise = true,
): boolean {
  const createdMs = dateMs(createdDate);
  if (Number.isNaN(createdMs)) return otherwise;
  return createdMs >= sinceMs - CLOCKS_APART_MS && createdMs <= untilMs + CLOCKS_APART_MS;
}

const named = (
  group: AuditClass,
  reason: string,
  { workflowId, runId, type }: OpenWorkflow,
): Classified => ({ class: group, reason, workflow: { workflowId, runId, type } });

const closedBy = (
  group: AuditClass,
  reason: string,
  { workflowId, runId, type, status, closedMs }: ClosedWorkflow,
): Classified => ({
  class: group,
  reason,
  workflow: { workflowId, runId, type, status, closedAt: new Date(closedMs).toISOString() },
});

function workerHours(
  { status, startDate, numWorker }: ListedExecution,
  nowMs: number,
): number | undefined {
  if (status === 'READY') return 0;
  const ranMs = nowMs - dateMs(startDate);
  if (numWorker === undefined || Number.isNaN(ranMs)) return undefined;
  return Math.round((numWorker * Math.max(0, ranMs) * 1_000) / 3_600_000) / 1_000;
}

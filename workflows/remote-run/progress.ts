import type { RemoteNodeProgress, RemoteRunProgress } from '../../contract/remote-run.js';
import type { RemotePlan } from './request.js';
import { type FollowedNode, isStartUnknown, type RemoteRun, type Started } from './remote-run.js';

/** What the progress query shows of a run that has just begun. */
export const freshRemoteProgress = (
  { workflowId, profile }: RemotePlan,
  submission: string,
): RemoteRunProgress => ({
  workflowId,
  ...(profile !== undefined && { profile }),
  phase: 'waiting-for-lock',
  submission,
  posts: 0,
  outcomeUnknown: false,
  nodes: [],
});

/** Updates the progress query. A new phase clears the last error. */
export function showRemote(run: RemoteRun, change: Partial<RemoteRunProgress>): void {
  const { posts } = run.submission.record;
  const outcomeUnknown = isStartUnknown(run);
  const kept = { ...run.progress, ...(change.phase !== undefined && { lastError: undefined }) };
  run.progress = { ...kept, posts, outcomeUnknown, ...change };
  run.onProgress(run.progress);
}

/** Shows why the calls of the present phase fail. */
export const showRemoteError =
  (run: RemoteRun) =>
  (lastError: string | undefined): void => {
    showRemote(run, { lastError });
  };

/** Shows the progress of all nodes. */
export const showNodes = (
  run: RemoteRun,
  { nodes }: Pick<Started, 'nodes'>,
  change: Partial<RemoteRunProgress> = {},
): void => {
  showRemote(run, { nodes: nodes.map(toProgress), ...change });
};

function toProgress({
  jobId,
  name,
  execution,
  skipped,
  exactMatch,
  candidates,
}: FollowedNode): RemoteNodeProgress {
  const status = execution?.status ?? (skipped ? 'SKIPPED' : undefined);
  return {
    jobId,
    ...(name !== undefined && { name }),
    ...(execution !== undefined && { executionId: execution.jobExecutionId }),
    ...(status !== undefined && { status }),
    ...(!exactMatch && candidates.length > 0 && { candidates: [...candidates] }),
  };
}

import { checkedMs, durationMs } from '../../contract/durations.js';
import type { RunRemoteWorkflowRequest } from '../../contract/remote-run.js';
import { REMOTE_WORKFLOW_OPTIONS } from '../../contract/run-options.js';

/** A request with every default filled in and every duration in milliseconds. */
export interface RemotePlan {
  readonly workflowId: string;
  readonly profile?: string;
  readonly runTimeoutMs: number | undefined;
  readonly onCancel: 'cancel' | 'abandon';
  readonly cleanupTimeoutMs: number;
}

/** Requires a request without problems. */
export const planRemoteRun = (request: RunRemoteWorkflowRequest): RemotePlan => ({
  workflowId: request.workflowId,
  ...(request.profile !== undefined && { profile: request.profile }),
  runTimeoutMs: durationMs(request.runTimeout),
  onCancel: request.onCancel ?? REMOTE_WORKFLOW_OPTIONS.onCancel.default,
  cleanupTimeoutMs: checkedMs(
    request.cleanupTimeout ?? REMOTE_WORKFLOW_OPTIONS.cleanupTimeout.default,
  ),
});

import { durationMs } from '../../contract/durations.js';
import type { RunRemoteWorkflowRequest } from '../../contract/remote-run.js';
import { isId } from '../../contract/ids.js';
import { isMembers, Problems } from '../job-run/request.js';

/** A request with every default filled in and every duration in milliseconds. */
export interface RemotePlan {
  readonly workflowId: string;
  readonly profile?: string;
  readonly runTimeoutMs: number | undefined;
  readonly onCancel: 'cancel' | 'abandon';
  readonly cleanupTimeoutMs: number;
  readonly waitTaskQueue: string | undefined;
}

const HOUR = 3_600_000;
const NAMES = [
  'workflowId',
  'profile',
  'runTimeout',
  'onCancel',
  'cleanupTimeout',
  'waitTaskQueue',
];

/** All problems of a request; empty if there are none. No activity has been called yet. */
export function remoteRequestProblems(request: unknown): readonly string[] {
  const problems = new Problems();
  if (!isMembers(request))
    return ["request: must be an object, e.g. { workflowId: 'Wf12Lo34Ww56' }"];
  const { workflowId, runTimeout, onCancel, cleanupTimeout } = request;
  problems.unknownNames(request, NAMES, '');
  problems.check(
    isId(workflowId),
    'workflowId',
    'must be the id of a workflow: 1 to 100 letters, digits, _ or -',
  );
  for (const name of ['profile', 'waitTaskQueue']) {
    const value = request[name];
    const named = value === undefined || (typeof value === 'string' && value !== '');
    problems.check(named, name, 'must be a string that is not empty');
  }
  const chosen = onCancel === undefined || onCancel === 'cancel' || onCancel === 'abandon';
  problems.check(chosen, 'onCancel', 'must be one of cancel, abandon');
  problems.duration(runTimeout, 'runTimeout');
  problems.duration(cleanupTimeout, 'cleanupTimeout');
  return problems.found;
}

/** Requires a request without problems. */
export const planRemoteRun = (request: RunRemoteWorkflowRequest): RemotePlan => ({
  workflowId: request.workflowId,
  ...(request.profile !== undefined && { profile: request.profile }),
  runTimeoutMs: durationMs(request.runTimeout),
  onCancel: request.onCancel ?? 'cancel',
  cleanupTimeoutMs: durationMs(request.cleanupTimeout) ?? HOUR,
  waitTaskQueue: request.waitTaskQueue,
});

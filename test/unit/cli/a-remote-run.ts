import type { RemoteRunProgress } from '../../../contract/remote-run.js';

/** Where a run of workflow `nightly` of the service stands. */
export const aRemoteRun = (change: Partial<RemoteRunProgress> = {}): RemoteRunProgress => ({
  ...{ workflowId: 'nightly', phase: 'waiting-for-lock', submission: 'key-1.1' },
  ...{ posts: 0, outcomeUnknown: false, nodes: [] },
  ...change,
});

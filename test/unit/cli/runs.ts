import type { RemoteRunProgress } from '../../../contract/remote-run.js';
import type { RunProgress } from '../../../contract/run.js';

/** Where a run of workflow `nightly` of the service stands. */
export const aRemoteRun = (change: Partial<RemoteRunProgress> = {}): RemoteRunProgress => ({
  ...{ workflowId: 'nightly', phase: 'waiting-for-lock', submission: 'key-1.1' },
  ...{ posts: 0, outcomeUnknown: false, nodes: [] },
  ...change,
});

/** Where a run of job `report` stands that waits for execution `x9`. */
export const aJobRun = (change: Partial<RunProgress> = {}): RunProgress => ({
  ...{ jobId: 'report', phase: 'waiting', submission: 'k1', attempt: 1, posts: 1 },
  ...{ outcomeUnknown: false, executionId: 'x9', candidates: [], duplicates: [] },
  previousAttempts: [],
  ...change,
});

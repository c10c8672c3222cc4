import type { OpenWorkflow } from '../../contract/audit.js';
import { isTerminal } from '../../contract/job.js';
import { type AllProgress, jobRunsOf, remoteRunsOf } from '../../contract/progress.js';
import type { RemoteRunProgress } from '../../contract/remote-run.js';
import type { RunPhase, RunProgress } from '../../contract/run.js';

export type Awaited = Pick<OpenWorkflow, 'awaited' | 'candidates' | 'startingJobs'>;

/** Phases in which an execution of the job may become that of the run. */
const STARTING: readonly RunPhase[] = [
  'preparing',
  'submitting',
  'reconciling',
  'awaiting-resolution',
];

/** What an open workflow waits for, by its progress. */
export function awaitedRuns(all: AllProgress): Awaited {
  const runs = [...jobRunsOf(all).map(ofJob), ...remoteRunsOf(all).map(ofRemote)];
  return {
    awaited: runs.flatMap(({ awaited }) => awaited),
    candidates: runs.flatMap(({ candidates }) => candidates),
    startingJobs: runs.flatMap(({ startingJobs }) => startingJobs),
  };
}

function ofJob(run: RunProgress): Awaited {
  const { jobId, phase, executionId, outcomeUnknown, candidates, duplicates } = run;
  if (phase === 'ended') return { awaited: [], candidates: [], startingJobs: [] };
  const isStarting = outcomeUnknown || STARTING.includes(phase);
  return {
    awaited: executionId === undefined ? [] : [executionId],
    candidates: [...candidates, ...duplicates],
    startingJobs: isStarting ? [jobId] : [],
  };
}

function ofRemote({ phase, outcomeUnknown, nodes }: RemoteRunProgress): Awaited {
  if (phase === 'ended') return { awaited: [], candidates: [], startingJobs: [] };
  const hasBegun = outcomeUnknown || !['waiting-for-lock', 'preparing'].includes(phase);
  const isWaitedFor = (status: string | undefined): boolean =>
    status === undefined || !isTerminal(status);
  return {
    awaited: nodes.flatMap(({ executionId, status }) =>
      executionId !== undefined && isWaitedFor(status) ? [executionId] : [],
    ),
    candidates: nodes.flatMap(({ candidates = [] }) => candidates),
    startingJobs: hasBegun
      ? nodes.flatMap(({ jobId, executionId, status }) =>
          executionId === undefined && isWaitedFor(status) ? [jobId] : [],
        )
      : [],
  };
}

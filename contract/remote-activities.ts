import type { Baseline } from './baseline.js';
import type { JobExecution } from './job.js';
import type { Timings } from './timings.js';

/** The acts of a run of a remote workflow; implemented in activities/. */
export interface RemoteActivities {
  /** Reads the workflow, its trigger's rule and the latest executions of its jobs: the permit for one POST. */
  readonly dataflowPrepareRemoteWorkflow: (input: RemoteRef) => Promise<RemotePermit>;
  /** Makes one POST under a permit. Fails as DataFlowNotSent, DataFlowSubmissionDoubtful, or with the service's refusal. */
  readonly dataflowStartRemoteWorkflow: (input: RemoteStartInput) => Promise<RemoteStart>;
  /** Waits until the jobs of a run show something new. */
  readonly dataflowFollowRemoteWorkflow: (input: FollowInput) => Promise<FollowResult>;
}

export interface RemoteRef {
  readonly workflowId: string;
  /** Name of a profile of the worker. @default 'default' */
  readonly profile?: string;
}

/** What existed of a job before the POST, as in `Baseline`. */
type Known = Pick<Baseline, 'knownIds' | 'knownSinceMs'>;

/** A JOB node, and what the service showed of its job before a POST. */
export interface RemoteNode extends Known {
  readonly jobId: string;
  readonly name?: string;
  /** Jobs that must complete first; empty where the trigger starts it. */
  readonly parentJobIds: readonly string[];
  /** Longest time of its execution in minutes, where the node says so. */
  readonly timeoutMinutes?: number;
}

export interface RemotePermit {
  /** B0, as in `Permit`: the service's clock (epoch ms) once everything had been read. */
  readonly baselineMs?: number;
  /** Run id of the Temporal workflow that took the permit; another run (a reset) may not use it. */
  readonly runId: string;
  readonly timings: Timings;
  readonly name: string;
  readonly triggerId: string;
  readonly nodes: readonly RemoteNode[];
}

export interface RemoteStartInput extends RemoteRef {
  readonly permit: Pick<RemotePermit, 'baselineMs' | 'runId' | 'timings'>;
  /** Posts nothing, only asks, as in `SubmitInput`. */
  readonly postNothing?: true;
}

export interface RemoteStart {
  readonly triggerId: string;
  /** Service time (epoch ms) at which the start had surely been accepted. */
  readonly acceptedMs: number;
}

export interface FollowInput extends RemoteRef {
  readonly triggerId: string;
  /** Nodes whose execution is not known, or not surely this run's. */
  readonly expected: readonly ExpectedNode[];
  /** Executions whose end is awaited. */
  readonly running: readonly RunningNode[];
}

export interface ExpectedNode extends Known {
  readonly jobId: string;
  /** What has been seen of it; only something else is new. */
  readonly seenIds: readonly string[];
  /** Service time (epoch ms): the first complete listing begun at or after it settles the node. Absent: none does. */
  readonly dueMs?: number;
}

export interface RunningNode {
  readonly jobId: string;
  readonly executionId: string;
  /** When the service created it, where that is known: an old execution is read less often. */
  readonly createdDate?: string;
}

/** Something new: an end, an execution, or a node that is settled. */
export interface FollowResult {
  readonly seen: readonly SeenNode[];
  readonly ended: readonly JobExecution[];
  /** Service time (epoch ms) that it is at most. */
  readonly serviceMs: number;
  /** Calls to the service that this wait took part in. */
  readonly statusCalls: number;
}

export interface SeenNode {
  readonly jobId: string;
  /** What the trigger has started of the job since the baseline, oldest first. */
  readonly executions: readonly JobExecution[];
  /** The listing was complete, and begun at or after `dueMs`. */
  readonly settled: boolean;
}

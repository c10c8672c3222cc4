import type { Baseline } from './baseline.js';
import type { JobExecution } from './job.js';
import type { Timings } from './timings.js';
import type { ReportingActivity } from './wait-report.js';

/** The acts of a run of a remote workflow; implemented in activities/. */
export interface RemoteActivities {
  /** Identifies the service that a profile calls: locks are named by its host. */
  readonly dataflowIdentifyService: (input: ProfileRef) => Promise<ServiceIdentity>;
  /** Reads the workflow, its trigger's rule and the latest executions of its jobs: the permit for one POST. */
  readonly dataflowPrepareRemoteWorkflow: ReportingActivity<RemoteRef, RemotePermit>;
  /** Makes one POST under a permit. Fails as DataFlowNotSent, DataFlowSubmissionUnknown, or with the service's refusal. */
  readonly dataflowStartRemoteWorkflow: (input: RemoteStartInput) => Promise<RemoteStart>;
  /** Waits until the jobs of a run show something new. */
  readonly dataflowFollowRemoteWorkflow: ReportingActivity<FollowInput, FollowResult>;
}

export interface ProfileRef {
  /** Name of a profile of the worker. @default 'default' */
  readonly profile?: string;
}

export interface ServiceIdentity {
  /** Host, and port where it is not the usual one. The same for all profiles that call one service. */
  readonly host: string;
}

export interface RemoteRef extends ProfileRef {
  readonly workflowId: string;
}

/** A JOB node, and what the service showed of its job before a POST: what the run causes was not among it. */
export interface RemoteNode extends Omit<Baseline, 'baselineMs'> {
  readonly jobId: string;
  readonly name?: string;
  /** Jobs that must complete first; empty where the trigger starts it. */
  readonly parentJobIds: readonly string[];
  /** Remote timeout in minutes, if the node has one. */
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
  /** Posts nothing, only checks the permit, as in `SubmitInput`. */
  readonly postNothing?: true;
}

export interface RemoteStart {
  readonly triggerId: string;
}

export interface FollowInput extends RemoteRef {
  readonly triggerId: string;
  /** Nodes whose execution is not known, or not certainly this run's. */
  readonly expected: readonly ExpectedNode[];
  /** Executions whose end is awaited. */
  readonly running: readonly RunningNode[];
}

export interface ExpectedNode extends Pick<
  RemoteNode,
  'jobId' | 'knownIds' | 'knownSinceMs' | 'incomplete'
> {
  /** What has been seen of it; only something else is new. */
  readonly seenIds: readonly string[];
  /**
   * Milliseconds from the scheduling of the activity: the first complete listing begun after them settles the node.
   * A duration, so that no two clocks are compared. Absent: no listing settles it.
   */
  readonly settlesInMs?: number;
}

export interface RunningNode {
  readonly jobId: string;
  readonly executionId: string;
  /** When the service created it, where that is known: an old execution is read less often. */
  readonly createdDate?: string;
}

/** Something new: an end, an execution, a node that is settled or one that is lost. */
export interface FollowResult {
  readonly seen: readonly SeenNode[];
  readonly ended: readonly JobExecution[];
  readonly lost: readonly LostNode[];
  /** Calls to the service that this wait took part in. */
  readonly statusCalls: number;
}

/** A node that cannot be followed any more: for `maxListingDelay` the service has answered nothing but that there is no such thing. */
export interface LostNode {
  readonly jobId: string;
  /** The call's error. */
  readonly message: string;
}

export interface SeenNode {
  readonly jobId: string;
  /** What the trigger has started of the job since the baseline, oldest first. */
  readonly executions: readonly JobExecution[];
  /**
   * Ids of listed executions that may be the run's: the service does not show by what they were started, or the listing
   * before the POST was not complete.
   */
  readonly possibleIds: readonly string[];
  /** The listing was complete, and begun after `settlesInMs`. */
  readonly settled: boolean;
}

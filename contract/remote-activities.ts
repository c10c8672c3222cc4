import type { Baseline } from './baseline.js';
import type { JobExecution } from './job.js';
import type { Timings } from './timings.js';
import type { ReportingActivity } from './wait-report.js';

/** Activities of a run of a remote workflow, implemented in activities/. */
export interface RemoteActivities {
  /** Identifies the service that a profile calls: locks are named by its host. */
  readonly dataflowIdentifyService: (input: ProfileRef) => Promise<ServiceIdentity>;
  /** Reads the workflow, its trigger's rule and the latest executions of its jobs: the permit for one POST. */
  readonly dataflowPrepareRemoteWorkflow: ReportingActivity<RemoteRef, RemotePermit>;
  /** Makes one POST under a permit. Fails as DataFlowNotSent, DataFlowSubmissionUnknown, or with the service's refusal. */
  readonly dataflowStartRemoteWorkflow: (input: RemoteStartInput) => Promise<RemoteStart>;
  /** Waits until the jobs of a run show something new, without an activity slot. */
  readonly dataflowFollowRemoteWorkflow: ReportingActivity<FollowInput, FollowResult>;
}

export interface ProfileRef {
  /** Name of a profile of the worker. @default 'default' */
  readonly profile?: string;
}

export interface ServiceIdentity {
  /** Host, and port if it is not the default one. Equal for all profiles that call one service. */
  readonly host: string;
}

export interface RemoteRef extends ProfileRef {
  readonly workflowId: string;
}

/** A JOB node, and the baseline of its job: executions that the run causes are newer. */
export interface RemoteNode extends Omit<Baseline, 'baselineMs'> {
  readonly jobId: string;
  readonly name?: string;
  /** Jobs that must complete first. Empty: the trigger starts it. */
  readonly parentJobIds: readonly string[];
  readonly timeoutMinutes?: number;
}

export interface RemotePermit {
  /** B0, as in `Permit`: the service's clock (epoch ms) after the last read. */
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
  /** Only checks the permit, as in `SubmitInput`. */
  readonly postNothing?: true;
}

export interface RemoteStart {
  readonly triggerId: string;
}

export interface FollowInput extends RemoteRef {
  readonly triggerId: string;
  /** Nodes whose execution is unknown, or may belong to another run. */
  readonly expected: readonly ExpectedNode[];
  /** Executions whose end is awaited. */
  readonly running: readonly RunningNode[];
}

export interface ExpectedNode extends Pick<
  RemoteNode,
  'jobId' | 'knownIds' | 'knownSinceMs' | 'incomplete'
> {
  /** Executions that were reported before. */
  readonly seenIds: readonly string[];
  /**
   * Milliseconds from the scheduling of the activity. The first complete listing that begins later settles the node.
   * A duration, so that no two clocks are compared. Absent: no listing settles it.
   */
  readonly settlesInMs?: number;
}

export interface RunningNode {
  readonly jobId: string;
  readonly executionId: string;
  /** When the service created it. An older execution is read less often. */
  readonly createdDate?: string;
}

export interface FollowResult {
  readonly seen: readonly SeenNode[];
  readonly ended: readonly JobExecution[];
  readonly lost: readonly LostNode[];
  /** Calls to the service that this wait took part in. */
  readonly statusCalls: number;
}

/**
 * A node that can no longer be followed: for `maxListingDelayMs` the service answered only that the job or execution
 * does not exist.
 */
export interface LostNode {
  readonly jobId: string;
  /** The call's error. */
  readonly message: string;
}

export interface SeenNode {
  readonly jobId: string;
  /** Executions that the trigger has started since the baseline, oldest first. */
  readonly executions: readonly JobExecution[];
  /**
   * Listed executions that may belong to the run: the service does not show what started them, or the listing before
   * the POST was not complete.
   */
  readonly possibleIds: readonly string[];
  /** The listing was complete, and began after `settlesInMs`. */
  readonly settled: boolean;
}

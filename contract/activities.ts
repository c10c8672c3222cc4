import type { AuditActivities } from './audit.js';
import type { Baseline } from './baseline.js';
import type { DurationHistory } from './duration-history.js';
import type { GroupActivities } from './group.js';
import type { JobCondition, JobExecution } from './job.js';
import type { OperationActivities } from './operation-activities.js';
import type { PreparedPipeline, PreparePipelineInput } from './pipeline-run.js';
import type { ProfileRef, RemoteActivities } from './remote-activities.js';
import type { Timings } from './timings.js';
import type { ReportingActivity } from './wait-report.js';

/** The activities of the package, implemented in activities/. Each takes one object and returns plain JSON. */
export interface DataFlowActivities
  extends OperationActivities, RemoteActivities, GroupActivities, AuditActivities {
  /** Reads the job and its latest executions: the permit for one POST. */
  readonly dataflowPrepareSubmission: ReportingActivity<PrepareInput, Permit>;
  /** Makes one POST under a permit. Fails as DataFlowNotSent, DataFlowSubmissionUnknown, or with the service's refusal. */
  readonly dataflowExecuteJob: (input: SubmitInput) => Promise<JobExecution>;
  /**
   * Reads the lists until the outcome is known (docs/submit-protocol.md, rule 4). An exact match ends it at once;
   * otherwise it ends with the first complete listing that began after `lastsMs`, or `maxListingDelayMs` after the
   * first incomplete one. An early listing without a match proves nothing, because an accepted POST may be listed
   * later. Time is measured by the monotonic clock of this process: the `Date` of one answer and the wall clock of this
   * machine may be far ahead.
   */
  readonly dataflowReconcileSubmission: ReportingActivity<ReconcileInput, ReconcileResult>;
  /** Waits for the end of an execution, without an activity slot. */
  readonly dataflowAwaitExecution: ReportingActivity<AwaitInput, AwaitResult>;
  /** Waits until the job may have another execution, without an activity slot. */
  readonly dataflowAwaitCapacity: ReportingActivity<JobRef, FreeCapacity>;
  /** Cancels an execution and watches until the service shows a terminal status. */
  readonly dataflowStopExecution: ReportingActivity<StopInput, StopResult>;
  /** Reads and checks a pipeline, and looks up the jobs and workflows that it names. */
  readonly dataflowPreparePipeline: (input: PreparePipelineInput) => Promise<PreparedPipeline>;
}

export interface JobRef extends ProfileRef {
  readonly jobId: string;
}

/** Criteria that recognise an execution as the outcome of a submission (docs/submit-protocol.md, rule 5). */
export interface MatchCriteria {
  /** The first baseline of the submission. Its execution is newer. */
  readonly since: Baseline;
  /** Executions of other submissions of this workflow. */
  readonly claimedIds: readonly string[];
  /** jobCondition of each POST; `{}` where no body was sent. */
  readonly sent: readonly JobCondition[];
  /** The parameter that carries the submission's key. A match by it is exact. */
  readonly runKey?: { readonly parameter: string; readonly key: string };
  /** The caller states that nothing else starts this job, so every match is exact. */
  readonly exclusive: boolean;
  /**
   * From the first POST to the end of reconciling the last one. Executions of one submission are created within this
   * time; one that is farther away is a copy that was made later, and is not ours to stop.
   */
  readonly windowMs: number;
}

export interface PrepareInput extends JobRef {
  /** Also look for an execution of an earlier POST of this submission. Set where the outcome of one was unknown. */
  readonly criteria?: MatchCriteria;
  /** Entry of the run in its group. */
  readonly entry?: string;
}

export interface Permit extends Baseline {
  /** Run id of the workflow that took the permit; another run (a reset) may not use it. */
  readonly runId: string;
  readonly job: {
    readonly name: string;
    readonly type: string;
    readonly status: string;
    readonly maxConcurrentRuns?: number;
    /** Stored run settings; absent where they could not be read. */
    readonly jobCondition?: JobCondition;
  };
  /** Executions that have not ended, newest first. */
  readonly active: readonly ActiveExecution[];
  readonly seen?: DurationHistory;
  /** Executions that `criteria` of the input match; none without criteria. */
  readonly found: Matches;
  readonly timings: Timings;
  /**
   * The entry was made by another run of the workflow (a reset, continue-as-new), and the gate may have found that it is
   * free: the run must enter the group again, and may not use this permit.
   */
  readonly isEntryOfAnotherRun?: true;
}

export interface ActiveExecution {
  readonly executionId: string;
  readonly status: string;
  readonly createdDate?: string;
}

export interface SubmitInput extends JobRef {
  readonly permit: Pick<Permit, 'baselineMs' | 'runId' | 'timings'>;
  /** Run settings to send. @default no body is sent */
  readonly jobCondition?: JobCondition;
  /**
   * Only checks the permit. Fails as DataFlowNotSent if this workflow run took it, and as DataFlowSubmissionUnknown
   * if an earlier run took it (a reset) and may have posted.
   */
  readonly postNothing?: true;
  /** Entry of the run in its group: the gate finds by it what was posted if the workflow closes abruptly. */
  readonly group?: GroupedPost;
}

export interface GroupedPost {
  readonly entry: string;
  /** Executions that ran before the POST. */
  readonly activeBefore: readonly string[];
}

export interface ReconcileInput extends JobRef {
  readonly criteria: MatchCriteria;
  /**
   * Milliseconds from the scheduling of the activity. It ends with the first complete listing that begins later. A
   * duration, so that no two clocks are compared.
   */
  readonly lastsMs: number;
}

/** Executions in a listing that may be the outcome of a submission, oldest first. */
export interface Matches {
  readonly matches: readonly JobExecution[];
  /** Executions that neither match nor are proven to belong to another start. */
  readonly possible: readonly JobExecution[];
}

export interface ReconcileResult extends Matches {
  /** Whether the criteria prove that the matches belong to no other start. */
  readonly exactMatch: boolean;
  /** No listing was proven complete, so an absent execution may still exist. */
  readonly incomplete?: true;
}

export interface AwaitInput extends JobRef {
  readonly executionId: string;
  /** When the service created it. An older execution is read less often. */
  readonly createdDate?: string;
  /**
   * How long earlier executions of the job ran, as prepare read it. Decides when to poll.
   * @default nothing is known
   */
  readonly seen?: DurationHistory;
  /** Remote timeout of the execution: ms in RUNNING. */
  readonly timeoutMs?: number;
  /** Look for duplicates that match these criteria while waiting. Set after an unknown outcome. */
  readonly duplicates?: MatchCriteria;
  /** The answer to our POST named it, so it shows how the service presents what we sent. */
  readonly ours?: true;
}

export interface AwaitResult {
  /** Terminal, unless `exactDuplicates` ended the wait early. */
  readonly execution: JobExecution;
  readonly duplicates: readonly string[];
  /**
   * Those of `duplicates` that were not created in the time of our POSTs, or show no createdDate. They are not ours
   * to stop.
   */
  readonly copies: readonly string[];
  readonly exactDuplicates: boolean;
  /** Calls to the service that this wait took part in. */
  readonly statusCalls: number;
}

export interface FreeCapacity {
  readonly activeExecutions: number;
}

export interface StopInput extends JobRef {
  readonly executionId: string;
}

export interface StopResult {
  /** Terminal, unless `stop` is `unsupported`. */
  readonly execution: JobExecution;
  /**
   * `ended`: it ended by itself. `canceled`: by our cancel. `unsupported`: the service has no cancel operation, and it
   * keeps running.
   */
  readonly stop: 'ended' | 'canceled' | 'unsupported';
}

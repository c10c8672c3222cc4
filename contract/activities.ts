import type { Baseline } from './baseline.js';
import type { DurationHistory } from './duration-history.js';
import type { JobCondition, JobExecution } from './job.js';
import type { OperationActivities } from './operation-activities.js';
import type { PreparedPipeline, PreparePipelineInput } from './pipeline-run.js';
import type { RemoteActivities } from './remote-activities.js';
import type { Timings } from './timings.js';
import type { ReportingActivity } from './wait-report.js';

/** What a workflow may ask for; implemented in activities/. One act, one input object, plain JSON out. */
export interface DataFlowActivities extends OperationActivities, RemoteActivities {
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
  readonly dataflowReconcileSubmission: ReportingActivity<FindInput, FindResult>;
  /** Waits for the end of an execution. */
  readonly dataflowAwaitExecution: ReportingActivity<AwaitInput, AwaitResult>;
  /** Waits until the job has room for another execution. */
  readonly dataflowAwaitCapacity: ReportingActivity<JobRef, FreePlace>;
  /** Cancels an execution and watches until the service shows a terminal status. */
  readonly dataflowStopExecution: ReportingActivity<StopInput, StopResult>;
  /** Reads and checks a pipeline, and looks up the jobs and workflows that it names. */
  readonly dataflowPreparePipeline: (input: PreparePipelineInput) => Promise<PreparedPipeline>;
}

export interface JobRef {
  readonly jobId: string;
  /** Name of a profile of the worker. @default 'default' */
  readonly profile?: string;
}

export type { Baseline } from './baseline.js';

/** By what an execution is recognised as the outcome of a submission (docs/submit-protocol.md, rule 5). */
export interface MatchCriteria {
  /** The first baseline of the submission: ours is newer. */
  readonly since: Baseline;
  /** Executions that this workflow knows to be another submission's. */
  readonly claimedIds: readonly string[];
  /** jobCondition of each POST; `{}` where no body was sent. */
  readonly sent: readonly JobCondition[];
  /** The parameter that carries the submission's key; a match by it is sure. */
  readonly runKey?: { readonly parameter: string; readonly key: string };
  /** The caller states that nothing else starts this job: every match is exact. */
  readonly exclusive: boolean;
  /**
   * Time from the first POST to the end of reconciling the last one: an execution created farther apart is a later
   * copy, not ours.
   */
  readonly windowMs: number;
}

export interface PrepareInput extends JobRef {
  /** Also watch for a late execution of an earlier POST of this submission whose outcome was unknown. */
  readonly criteria?: MatchCriteria;
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
  /** How long the latest ended executions ran. */
  readonly seen?: DurationHistory;
  /** What `mark` finds. */
  readonly found: Matches;
  readonly timings: Timings;
}

export interface ActiveExecution {
  readonly executionId: string;
  readonly status: string;
  readonly createdDate?: string;
}

export interface SubmitInput extends JobRef {
  readonly permit: Pick<Permit, 'baselineMs' | 'runId' | 'timings'>;
  /** Run settings as sent; left out, no body is sent. */
  readonly jobCondition?: JobCondition;
  /**
   * Posts nothing, only asks: DataFlowNotSent when the permit is this workflow run's own, DataFlowSubmissionUnknown when
   * an earlier run took it (a reset) and may have posted under it.
   */
  readonly postNothing?: true;
}

export interface FindInput extends JobRef {
  readonly criteria: MatchCriteria;
  /**
   * Milliseconds from the scheduling of the activity: it ends with the first complete listing begun after them. A duration, so
   * that no two clocks are compared.
   */
  readonly lastsMs: number;
}

/** What a listing shows of a submission, oldest first. */
export interface Matches {
  /** Executions that match the criteria. */
  readonly matches: readonly JobExecution[];
  /** Executions not proven to belong to another start: by run settings, trigger or createdDate they may be ours. */
  readonly possible: readonly JobExecution[];
}

export interface FindResult extends Matches {
  /** Whether the matches cannot belong to another start. */
  readonly exactMatch: boolean;
  /** No listing was proven to show all that could be ours: that nothing was found proves nothing. */
  readonly incomplete?: true;
}

export interface AwaitInput extends JobRef {
  readonly executionId: string;
  /** When the service created it, where that is known: an old execution is read less often. */
  readonly createdDate?: string;
  /** How long earlier executions of the job ran, as prepare read it: sets when to poll. @default nothing is known */
  readonly seen?: DurationHistory;
  /** Remote time-out of the execution in ms of running, where it is known. */
  readonly timeoutMs?: number;
  /** After an unknown outcome: keep looking for a second match. */
  readonly duplicates?: MatchCriteria;
  /** Our POST was answered with it: its fields show how the service shows what we sent. */
  readonly ours?: true;
}

export interface AwaitResult {
  /** The execution; terminal, unless `duplicates` is not empty and sure. */
  readonly execution: JobExecution;
  readonly duplicates: readonly string[];
  /** Those of `duplicates` that were not created in the time of our POSTs, as far as it is shown: not ours to stop. */
  readonly copies: readonly string[];
  readonly exactDuplicates: boolean;
  /** Calls to the service that this wait took part in. */
  readonly statusCalls: number;
}

export interface FreePlace {
  readonly activeExecutions: number;
}

export interface StopInput extends JobRef {
  readonly executionId: string;
}

export interface StopResult {
  /** What the service shows: terminal, unless it cannot cancel. */
  readonly execution: JobExecution;
  /**
   * `ended`: it ended by itself. `canceled`: by our cancel. `unsupported`: the service has no cancel operation, and it
   * keeps running.
   */
  readonly stop: 'ended' | 'canceled' | 'unsupported';
}

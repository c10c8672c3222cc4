import type { Duration } from './durations.js';
import type { Baseline } from './baseline.js';
import type { DurationHistory } from './duration-history.js';
import type { JobCondition, JobExecution } from './job.js';

/** New submissions of the job after an execution that did not complete. In the form of Temporal's RetryPolicy. */
export interface RunRetry {
  /** Attempts in all, the first included. */
  readonly maximumAttempts: number;
  /** Pause before the second attempt. @default '1m' */
  readonly initialInterval?: Duration;
  /** Factor between a pause and the next, 1 to 100. @default 2 */
  readonly backoffCoefficient?: number;
  /** Longest pause. @default '1h' */
  readonly maximumInterval?: Duration;
  /** Statuses after which the job is submitted again. @default ['FAILED'] */
  readonly outcomes?: readonly ('FAILED' | 'CANCELED')[];
}

/** Retries of an activity of the user, by Temporal. */
export type ActivityRetry = Partial<Omit<RunRetry, 'outcomes'>>;

/** Input of `runJob` and `startJob`. Plain JSON. */
export interface RunJobRequest {
  readonly jobId: string;
  /** Run settings that differ from the stored ones; `parameters` are merged by name. */
  readonly jobCondition?: JobCondition;
  /** Name of a profile of the worker. @default 'default' */
  readonly profile?: string;
  /**
   * Limit of the whole run: all attempts, pauses and queueing.
   * @default no overall limit; each attempt ends one hour after its remote timeout
   */
  readonly runTimeout?: Duration;
  /** @default one attempt */
  readonly retry?: RunRetry;
  /**
   * If the job is at its limit of executions: fail with DataFlowBadState, wait for capacity, or share the newest
   * running execution.
   * @default 'fail'
   */
  readonly onBusy?: 'fail' | 'wait' | 'join';
  /** What a cancel does to the execution: stop it, or leave it running. @default 'cancel' */
  readonly onCancel?: 'cancel' | 'abandon';
  /**
   * If the outcome of a submission stays unknown after reconciling: fail, or wait for the Update
   * `dataflowResolveSubmission`.
   * @default 'fail'
   */
  readonly onAmbiguous?: 'fail' | 'hold';
  /** Limit for reconciling and stopping after a cancel or runTimeout. @default '1h' */
  readonly cleanupTimeout?: Duration;
  /**
   * Name of a parameter (SCRIPT jobs) that is given the key of the submission, 31 letters and digits. Matches become
   * exact. A value of your own for it is refused; a stored value is replaced.
   */
  readonly runKeyParameter?: string;
  /**
   * Set true only if nothing else starts this job; a submission whose answer was lost can then be matched with
   * certainty.
   * @default false
   */
  readonly exclusive?: boolean;
  /**
   * Group that the run enters before it submits: the runs of a group share a limit across workflows
   * (`dataflow group set`).
   * @default none
   */
  readonly group?: string;
  /** Part of the group's limit that it takes. @default 1 */
  readonly weight?: number;
  /** Runs with a higher one enter the group first. @default 0 */
  readonly priority?: number;
  /** From `state()` of an earlier run: continues it. */
  readonly state?: RunState;
}

/**
 * Input of the workflow `dataflowRunJob`, which also takes a RunJobRequest. `job` is the id of a job, or its name if
 * only one job has it.
 */
export type JobByName = Omit<RunJobRequest, 'jobId'> & { readonly job: string };

/**
 * How a run got its execution. `submitted`: by the answer to its POST; `adopted`: by reconciling; `joined`: it shares
 * an execution that ran already.
 */
export type SubmissionOutcome = 'submitted' | 'adopted' | 'joined';

export interface RunJobResult {
  /** The execution, COMPLETED. */
  readonly execution: JobExecution;
  /** Key of the submission, as in the progress query. */
  readonly submission: string;
  /** Value of `runKeyParameter`, equal in all POSTs of the submission. */
  readonly runKey?: string;
  readonly submissionOutcome: SubmissionOutcome;
  /** False only if the execution was adopted by likeness, and may belong to another start. */
  readonly exactMatch: boolean;
  /** Number of POSTs that may have reached the service. */
  readonly posts: number;
  /** Number of submissions, this one included. */
  readonly attempts: number;
  readonly previousAttempts: readonly EndedAttempt[];
  /** Other executions that this submission probably caused. */
  readonly duplicates: readonly string[];
  /** Time in READY, from the service's dates; absent where it gave none. */
  readonly waitingMs?: number;
  /** Time in RUNNING, from the service's dates; absent where it gave none. */
  readonly runningMs?: number;
  /** Number of status calls of the wait. A call that several waits shared counts as one for each. */
  readonly statusCalls: number;
  /** What remains unknown about a duplicate, and what to check. */
  readonly unknown?: string;
}

export interface EndedAttempt {
  readonly executionId: string;
  readonly status: string;
  /** Other executions that its submission probably caused. */
  readonly duplicates: readonly string[];
}

export type RunPhase =
  | 'waiting-for-group'
  | 'waiting-for-lock'
  | 'backing-off'
  | 'preparing'
  | 'waiting-for-capacity'
  | 'submitting'
  | 'reconciling'
  | 'awaiting-resolution'
  | 'waiting'
  | 'stopping'
  | 'ended';

export interface RunProgress {
  readonly jobId: string;
  readonly jobName?: string;
  readonly profile?: string;
  readonly phase: RunPhase;
  /** For people: what it waits for, or how it ended. */
  readonly note?: string;
  /**
   * Error of the calls of this phase. Present once they have failed for a minute or three attempts. In
   * `waiting-for-lock` it is the error of the run that holds the lock.
   */
  readonly lastError?: string | undefined;
  /** Its group, and its entry there; the query `dataflowGroupView` of the gate tells the place in the queue. */
  readonly group?: { readonly name: string; readonly entry?: string };
  readonly submission: string;
  /** Value of `runKeyParameter`. */
  readonly runKey?: string;
  readonly attempt: number;
  readonly posts: number;
  readonly executionId?: string;
  /** Last status of the execution. */
  readonly status?: string;
  readonly submissionOutcome?: SubmissionOutcome;
  readonly exactMatch?: boolean;
  /** A POST may have been accepted. */
  readonly outcomeUnknown: boolean;
  /** Executions that a POST with an unknown outcome may have started. */
  readonly candidates: readonly string[];
  readonly duplicates: readonly string[];
  readonly previousAttempts: readonly EndedAttempt[];
  readonly endedBy?: 'service' | 'workflow' | 'external';
  readonly outcome?: string;
  /** What remains unknown, and what to check. */
  readonly unknown?: string;
}

/** State from which a run continues after continue-as-new. Small, plain JSON. It never holds an unused permit. */
export interface RunState {
  readonly version: 1;
  readonly jobId: string;
  readonly submission: string;
  readonly attempt: number;
  readonly posts: number;
  readonly previousAttempts: readonly EndedAttempt[];
  /** Remaining time of runTimeout. */
  readonly timeLeftMs?: number;
  /** Entry in the group, and its place once it was granted. */
  readonly group?: { readonly entry: string; readonly place?: number };
  readonly started?: {
    readonly executionId: string;
    readonly submissionOutcome: SubmissionOutcome;
    readonly exactMatch: boolean;
    readonly waitHeartbeatTimeoutMs: number;
    readonly limitMs: number;
    readonly seen?: DurationHistory;
    readonly timeoutMs?: number;
  };
  /** First baseline, POSTs and the remaining time of reconciling, once a POST was made. */
  readonly posted?: {
    readonly first: Baseline;
    readonly sent: readonly JobCondition[];
    readonly settlesInMs: number;
    /** As in `MatchCriteria`. */
    readonly windowMs: number;
    readonly outcomeUnknown: boolean;
    readonly wasEverUnknown: boolean;
  };
  readonly duplicates: readonly string[];
  /** Those of `duplicates` that are not ours to stop. */
  readonly copies: readonly string[];
  /** Candidates that a resolution has excluded. */
  readonly notOurs: readonly string[];
  /** The newest executions of other runs of the workflow. */
  readonly claimedIds: readonly string[];
}

/** Input of the Update `dataflowResolveSubmission`. */
export interface ResolveSubmission {
  /** Key of the submission, as in the progress query. */
  readonly submission: string;
  /** The execution of this submission, or `none`. */
  readonly executionId: string;
}

import type { Duration } from './durations.js';
import type { Baseline } from './baseline.js';
import type { DurationHistory } from './duration-history.js';
import type { JobCondition, JobExecution } from './job.js';

/** Job retry: a new submission after an execution that ended badly. Temporal's RetryPolicy in shape. */
export interface RunRetry {
  /** Attempts in all, the first included. */
  readonly maximumAttempts: number;
  /** Pause before the second attempt. @default '1m' */
  readonly initialInterval?: Duration;
  /** Factor between a pause and the next, 1 to 100. @default 2 */
  readonly backoffCoefficient?: number;
  /** Longest pause. @default '1h' */
  readonly maximumInterval?: Duration;
  /** Which ends are tried again. @default ['FAILED'] */
  readonly outcomes?: readonly ('FAILED' | 'CANCELED')[];
}

/** Retries of an activity of the user's own, as Temporal's RetryPolicy. */
export type ActivityRetry = Partial<Omit<RunRetry, 'outcomes'>>;

/** What `runJob`, `startJob` and the workflow `dataflowRunJob` take. Plain JSON. */
export interface RunJobRequest {
  readonly jobId: string;
  /** Run settings that differ from the stored ones; `parameters` are merged by name. */
  readonly jobCondition?: JobCondition;
  /** Name of a profile of the worker. @default 'default' */
  readonly profile?: string;
  /** Limit of the whole run: all attempts, pauses and queueing. @default none; each attempt has its remote timeout plus an hour */
  readonly runTimeout?: Duration;
  /** @default one attempt */
  readonly retry?: RunRetry;
  /** When the job is at its limit: fail with DataFlowBadState, wait for a place, or share the newest running execution. @default 'fail' */
  readonly onBusy?: 'fail' | 'wait' | 'join';
  /** What a cancel does to the execution: stop it, or leave it running. @default 'cancel' */
  readonly onCancel?: 'cancel' | 'abandon';
  /** When the outcome of a start stays unknown after reconciling: fail, or wait for the Update `dataflowResolveSubmission`. @default 'fail' */
  readonly onAmbiguous?: 'fail' | 'hold';
  /** Limit for reconciling and stopping after a cancel or runTimeout. @default '1h' */
  readonly cleanupTimeout?: Duration;
  /**
   * Name of a parameter (SCRIPT jobs) that is given a key of the submission, 31 letters and digits: makes matches exact. A
   * value of your own for it is refused; a stored one is replaced.
   */
  readonly runKeyParameter?: string;
  /**
   * Set true only if nothing else starts this job; a submission whose answer was lost can then be matched with
   * certainty.
   * @default false
   */
  readonly exclusive?: boolean;
  /** From `state()` of an earlier run: continues it. */
  readonly state?: RunState;
}

/** What the workflow `dataflowRunJob` takes as well: `job` is the id of a job, or its name where no other job has it. */
export type JobByName = Omit<RunJobRequest, 'jobId'> & { readonly job: string };

/** How the run got its execution: by the answer to its POST, by reconciling, or by joining. */
export type SubmissionOutcome = 'submitted' | 'adopted' | 'joined';

export interface RunJobResult {
  /** The execution, COMPLETED. */
  readonly execution: JobExecution;
  /** The submission's key. */
  readonly submission: string;
  /** What `runKeyParameter` was given: letters and digits, the same for all POSTs of the submission. */
  readonly runKey?: string;
  readonly submissionOutcome: SubmissionOutcome;
  /** Whether the execution is certainly this submission's; false only if it was adopted by an inexact match. */
  readonly exactMatch: boolean;
  /** POSTs that this submission made. */
  readonly posts: number;
  /** Submissions made, this one included. */
  readonly attempts: number;
  /** Executions of earlier attempts. */
  readonly previousAttempts: readonly EndedAttempt[];
  /** Further executions that this submission probably caused. */
  readonly duplicates: readonly string[];
  /** Time in READY, from the service's dates; absent where it gave none. */
  readonly waitingMs?: number;
  /** Time in RUNNING, from the service's dates; absent where it gave none. */
  readonly runningMs?: number;
  /** Status calls that the wait took part in; calls shared with other waiters count whole. */
  readonly statusCalls: number;
  /** What could not be found out of a duplicate, with what to check; absent when all is known. */
  readonly unknown?: string;
}

export interface EndedAttempt {
  readonly executionId: string;
  readonly status: string;
  /** Further executions that its submission probably caused. */
  readonly duplicates: readonly string[];
}

export type RunPhase =
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

/** Progress of one run. */
export interface RunProgress {
  readonly jobId: string;
  readonly jobName?: string;
  readonly profile?: string;
  readonly phase: RunPhase;
  /** In words: what it waits for, or how it ended. */
  readonly note?: string;
  /**
   * Why the calls of this phase fail, once they have failed for longer than a minute or three attempts; absent: they
   * work, as far as is known. While a run waits for another run of its job to start: why that one does not get on.
   */
  readonly lastError?: string | undefined;
  readonly submission: string;
  /** What `runKeyParameter` was given. */
  readonly runKey?: string;
  readonly attempt: number;
  readonly posts: number;
  readonly executionId?: string;
  /** Last status of the execution. */
  readonly status?: string;
  readonly submissionOutcome?: SubmissionOutcome;
  readonly exactMatch?: boolean;
  /** A POST may have been accepted, and we do not know. */
  readonly outcomeUnknown: boolean;
  /** Executions that a POST with an unknown outcome may have started. */
  readonly candidates: readonly string[];
  readonly duplicates: readonly string[];
  readonly previousAttempts: readonly EndedAttempt[];
  readonly endedBy?: 'service' | 'workflow' | 'external';
  readonly outcome?: string;
  /** What could not be found out, with what to check. */
  readonly unknown?: string;
}

/** State that a run continues from after continue-as-new. Small, plain JSON; never holds an unused permit. */
export interface RunState {
  readonly version: 1;
  readonly jobId: string;
  readonly submission: string;
  readonly attempt: number;
  readonly posts: number;
  readonly previousAttempts: readonly EndedAttempt[];
  /** What is left of runTimeout. */
  readonly timeLeftMs?: number;
  /** The execution, once there is one. */
  readonly started?: {
    readonly executionId: string;
    readonly submissionOutcome: SubmissionOutcome;
    readonly exactMatch: boolean;
    readonly waitHeartbeatTimeoutMs: number;
    readonly limitMs: number;
    /** When its end may be expected, for the wait. */
    readonly seen?: DurationHistory;
    readonly timeoutMs?: number;
  };
  /** First baseline, POSTs and the remaining time of reconciling, once a POST was made. */
  readonly posted?: {
    readonly first: Baseline;
    readonly sent: readonly JobCondition[];
    readonly settlesInMs: number;
    /** As in `SubmissionMark`. */
    readonly windowMs: number;
    readonly outcomeUnknown: boolean;
    readonly wasEverUnknown: boolean;
  };
  readonly duplicates: readonly string[];
  /** Those of `duplicates` that are not ours to stop. */
  readonly copies: readonly string[];
  /** Candidates that a resolution excluded. */
  readonly notOurs: readonly string[];
  /** Executions that other runs of the workflow had, the newest of them. */
  readonly claimedIds: readonly string[];
}

/** Input of the Update `dataflowResolveSubmission`. */
export interface ResolveSubmission {
  /** Key of the submission, as in the progress query. */
  readonly submission: string;
  /** The execution that is this submission's, or `none`. */
  readonly executionId: string;
}

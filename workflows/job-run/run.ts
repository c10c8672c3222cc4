import type { Baseline, Permit } from '../../contract/activities.js';
import type { DurationHistory } from '../../contract/duration-history.js';
import type { JobCondition, JobExecution } from '../../contract/job.js';
import { DEFAULT_TIMINGS } from '../../contract/timings.js';
import type { EndedAttempt, SubmissionOutcome, RunProgress } from '../../contract/run.js';
import type { Failure, Cancellation, RunPort } from './port.js';
import type { RunPlan } from './request.js';

/** State that the steps of one run share. */
export interface Run {
  readonly plan: RunPlan;
  readonly port: RunPort;
  readonly cancellation: Cancellation;
  /** Time (port's clock) at which runTimeout is over; undefined without runTimeout. */
  readonly deadlineMs: number | undefined;
  /** Submission key of an attempt; the same after a replay and a reset. */
  readonly keyOf: (attempt: number) => string;
  readonly previousAttempts: EndedAttempt[];
  readonly onProgress: (progress: RunProgress) => void;
  /** What the progress query shows; replaced by `show`. */
  progress: RunProgress;
  /** The submission under way, for `state()`. */
  submission: Submission;
  /** The execution of that submission, once there is one. */
  tracked: TrackedExecution | undefined;
  /** `state()` was called: another run may continue from there. */
  isHandedOver?: boolean;
}

/** The intent to have one execution, and what is known about its POSTs. */
export interface Submission {
  readonly key: string;
  readonly attempt: number;
  /** First baseline; the submission's execution is newer. */
  first: Baseline | undefined;
  /** jobCondition of each POST that may have been accepted. */
  readonly sent: JobCondition[];
  posts: number;
  /** The port's clock at the first POST. */
  firstMs: number;
  /** Time (port's clock) until which reconciling must last. */
  untilMs: number;
  /** A POST may have been accepted, and this is not known. While it is set no run posts. */
  outcomeUnknown: boolean;
  /** A POST had an unknown outcome at any time: the wait keeps watching for a duplicate. */
  wasEverUnknown: boolean;
  permits: number;
  retryAfterMs: number | undefined;
  /** Consecutive rejections of one kind. */
  refusedInRow: { readonly type: string; readonly count: number } | undefined;
  /** Since when (the port's clock) the service says bad-state though the job shows room. */
  badStateSinceMs: number | undefined;
  readonly candidates: string[];
  /** Candidates that a resolution excluded. */
  readonly notOurs: string[];
  /** A bad-state made the run reconcile once more after the outcome was known. */
  reviewed: boolean;
  /** The bad-state that is being reconciled, and the permit of its POST. */
  badState: { readonly failure: Failure; readonly permit: Permit } | undefined;
  /** Why the outcome is unknown, if there was an answer. */
  note: string | undefined;
  /** Heartbeat of the wait, as the latest permit had it. */
  waitHeartbeatTimeoutMs: number;
  /** How long earlier executions of the job ran, as the latest permit had it. */
  seen: DurationHistory | undefined;
  /** Further executions that this submission probably caused. */
  readonly duplicates: string[];
  /** Those of `duplicates` that were not created in the time of our POSTs: named, not stopped. */
  readonly copies: string[];
  /** Stops of the exclusively matching duplicates; each resolves with what is unknown about its duplicate. */
  readonly duplicateStops: Map<string, Promise<string | undefined>>;
}

/** The execution of a submission. */
export interface TrackedExecution {
  readonly execution: JobExecution;
  readonly how: SubmissionOutcome;
  readonly exactMatch: boolean;
  readonly waitHeartbeatTimeoutMs: number;
  /** Time (port's clock) at which the wait ends. */
  readonly limitMs: number;
  readonly seen: DurationHistory | undefined;
  /** Remote time-out of the execution, where it is known. */
  readonly timeoutMs: number | undefined;
}

export const newSubmission = (key: string, attempt: number): Submission => ({
  key,
  attempt,
  first: undefined,
  sent: [],
  posts: 0,
  firstMs: 0,
  untilMs: 0,
  outcomeUnknown: false,
  wasEverUnknown: false,
  permits: 0,
  retryAfterMs: undefined,
  refusedInRow: undefined,
  badStateSinceMs: undefined,
  candidates: [],
  notOurs: [],
  reviewed: false,
  badState: undefined,
  note: undefined,
  waitHeartbeatTimeoutMs: DEFAULT_TIMINGS.waitHeartbeatTimeoutMs,
  seen: undefined,
  duplicates: [],
  copies: [],
  duplicateStops: new Map(),
});

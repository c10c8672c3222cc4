import type { Baseline, Permit } from '../../contract/activities.js';
import type { DurationHistory } from '../../contract/duration-history.js';
import type { JobCondition, JobExecution } from '../../contract/job.js';
import { DEFAULT_TIMINGS } from '../../contract/timings.js';
import type { EndedAttempt, SubmissionOutcome, RunProgress } from '../../contract/run.js';
import type { Failure, Cancellation, RunPort } from './port.js';
import type { RunPlan } from './request.js';

/** One run: everything that its steps share. */
export interface Run {
  readonly plan: RunPlan;
  readonly port: RunPort;
  readonly cancellation: Cancellation;
  /** The port's clock at which runTimeout is over; undefined: no runTimeout. */
  readonly deadlineMs: number | undefined;
  /** The key of an attempt's submission: the same after a replay and a reset. */
  readonly keyOf: (attempt: number) => string;
  readonly previousAttempts: EndedAttempt[];
  readonly onProgress: (progress: RunProgress) => void;
  /** What the progress query shows; replaced by `show`. */
  progress: RunProgress;
  /** The submission under way, for `state()`. */
  submission: Submission;
  /** The execution of that submission, once there is one. */
  tracked: TrackedExecution | undefined;
  /** Its state was taken: another run may go on from there. */
  isHandedOver?: boolean;
}

/** Our intent to have one execution, with what is known of its POSTs. */
export interface Submission {
  readonly key: string;
  readonly attempt: number;
  /** The first baseline: ours is newer. */
  first: Baseline | undefined;
  /** jobCondition of each POST that may have been accepted. */
  readonly sent: JobCondition[];
  posts: number;
  /** The port's clock at the first POST. */
  firstMs: number;
  /** The port's clock until which a look must last. */
  untilMs: number;
  /** A POST may have been accepted, and we do not know. While it is set nobody posts. */
  outcomeUnknown: boolean;
  /** A POST had an unknown outcome at any time: the wait keeps watching for a duplicate. */
  wasEverUnknown: boolean;
  permits: number;
  retryAfterMs: number | undefined;
  /** Refusals of one kind in a row. */
  refusedInRow: { readonly type: string; readonly count: number } | undefined;
  /** Since when (the port's clock) the service says bad-state though the job shows room. */
  badStateSinceMs: number | undefined;
  readonly candidates: string[];
  /** Candidates that somebody's word ruled out. */
  readonly notOurs: string[];
  /** A bad-state made the run reconcile once more after the outcome was known. */
  reviewed: boolean;
  /** The bad-state that is being looked into, and the permit that it came under. */
  badState: { readonly failure: Failure; readonly permit: Permit } | undefined;
  /** Why the outcome is unknown, where an answer came. */
  note: string | undefined;
  /** Heartbeat of the wait, as the latest permit had it. */
  waitHeartbeatTimeoutMs: number;
  /** How long earlier executions of the job ran, as the latest permit had it. */
  seen: DurationHistory | undefined;
  /** Executions beside ours that this submission probably caused. */
  readonly duplicates: string[];
  /** Those of `duplicates` that were not created in the time of our POSTs: named, not stopped. */
  readonly copies: string[];
  /** Stops of those duplicates that are surely ours; each gives what is not known of its duplicate. */
  readonly duplicateStops: Map<string, Promise<string | undefined>>;
}

/** An execution that is the submission's. */
export interface TrackedExecution {
  readonly execution: JobExecution;
  readonly how: SubmissionOutcome;
  readonly exactMatch: boolean;
  readonly waitHeartbeatTimeoutMs: number;
  /** The port's clock at which the wait gives up. */
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

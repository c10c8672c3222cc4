import type { Permit } from '../../contract/activities.js';
import type { Baseline } from '../../contract/baseline.js';
import type { DurationHistory } from '../../contract/duration-history.js';
import type { JobCondition } from '../../contract/job.js';
import { DEFAULT_TIMINGS } from '../../contract/timings.js';
import type { RunFailure } from './failures.js';
import type { Failure, SubmitOutcome } from './port.js';

/** Consecutive rejections of one kind after which the run fails (docs/submit-protocol.md, rule 11). */
export const MAX_REJECTIONS_IN_ROW = 3;

/** The parts of a permit that the POST needs; those of a job and of a remote workflow have them. */
export type AnyPermit = Pick<Permit, 'baselineMs' | 'runId' | 'timings'>;

/** Known in every state of a submission. */
export interface SubmitRecord {
  /** First baseline; the submission's execution is newer. */
  readonly first: Baseline | undefined;
  /** jobCondition of each POST that may have been accepted. */
  readonly sent: readonly JobCondition[];
  readonly posts: number;
  /** Workflow time of the first POST. */
  readonly firstMs: number;
  /** Workflow time until which reconciling must last. */
  readonly untilMs: number;
  /** A POST had an unknown outcome at any time: the wait keeps watching for a duplicate. */
  readonly wasEverUnknown: boolean;
  /** A bad-state made the run reconcile once more after the outcome was known. */
  readonly wasReviewed: boolean;
  /** Permits since the last wait for capacity; sets the pause before the next one. */
  readonly permits: number;
  readonly retryAfterMs: number | undefined;
  /** Consecutive rejections of one kind. */
  readonly rejectedInRow: { readonly type: string; readonly count: number } | undefined;
  /** Workflow time since which the service has answered bad-state although the job shows capacity. */
  readonly badStateSinceMs: number | undefined;
  /** Candidates that a resolution excluded. */
  readonly notOurs: readonly string[];
  /** Further executions that this submission probably caused. */
  readonly duplicates: readonly string[];
  /** Those of `duplicates` that were not created in the time of our POSTs: named, not stopped. */
  readonly copies: readonly string[];
  /** Heartbeat timeout of the wait, from the latest permit. */
  readonly waitHeartbeatTimeoutMs: number;
  /** How long earlier executions of the job ran, from the latest permit. */
  readonly seen: DurationHistory | undefined;
}

export const EMPTY_RECORD: SubmitRecord = {
  first: undefined,
  sent: [],
  posts: 0,
  firstMs: 0,
  untilMs: 0,
  wasEverUnknown: false,
  wasReviewed: false,
  permits: 0,
  retryAfterMs: undefined,
  rejectedInRow: undefined,
  badStateSinceMs: undefined,
  notOurs: [],
  duplicates: [],
  copies: [],
  waitHeartbeatTimeoutMs: DEFAULT_TIMINGS.waitHeartbeatTimeoutMs,
  seen: undefined,
};

/** Period in which executions of the submission can have been created. */
export const windowOf = ({ firstMs, untilMs }: SubmitRecord): number => untilMs - firstMs;

/** A step of a submission. `Accepted`: what is known of what was started. */
type SubmitStep<P extends AnyPermit, Accepted> =
  /** Nothing was started; the next step is a permit. */
  | { readonly kind: 'ready' }
  /** A permit for one POST, not used. */
  | { readonly kind: 'permitted'; readonly permit: P }
  /** Nothing was started, and the job is at its limit of executions. */
  | { readonly kind: 'atCapacity' }
  /** The POST is under way: it may have been accepted. */
  | { readonly kind: 'submitting'; readonly permit: P }
  /**
   * The POST has ended and may have been accepted: no run posts until it is reconciled. `note`: why, if there was an
   * answer. `badState`: the rejection that our own execution may have caused.
   */
  | {
      readonly kind: 'outcomeUnknown';
      readonly permit?: P;
      readonly note?: string;
      readonly badState?: Failure;
    }
  /** A POST may have been accepted, and reconciling did not tell which execution is ours: a resolution is awaited. */
  | { readonly kind: 'ambiguous'; readonly candidates: readonly string[] }
  /** The execution, or the start of a remote workflow, is known. */
  | { readonly kind: 'accepted'; readonly accepted: Accepted }
  /** The run ends with this failure. `candidates`: executions that a POST may have started. */
  | {
      readonly kind: 'failed';
      readonly failure: RunFailure;
      readonly candidates: readonly string[];
      readonly isOutcomeUnknown: boolean;
    };

/** State of a submission of a job or of a remote workflow; only the reducer makes the next one. */
export type SubmitState<P extends AnyPermit, Accepted> = SubmitStep<P, Accepted> & {
  readonly record: SubmitRecord;
};

/** Whether a POST may have been accepted, and this is not known. */
export const isOutcomeUnknown = (state: SubmitState<AnyPermit, unknown>): boolean =>
  state.kind === 'failed'
    ? state.isOutcomeUnknown
    : ['submitting', 'outcomeUnknown', 'ambiguous'].includes(state.kind);

/** Why a run must end: it was cancelled, or runTimeout is over. */
export type MustEnd = 'cancelled' | 'timed-out';

/** What happened to a submission. `Started`: what the answer to the POST names. */
export type SubmitEvent<P extends AnyPermit, Started> =
  | { readonly kind: 'permitted'; readonly permit: P }
  /** The POST is about to be scheduled. `sent`: its jobCondition, as far as it is certain. */
  | { readonly kind: 'posting'; readonly sent: JobCondition }
  /** The permit was found in the history after a reset: an earlier run of the workflow may have posted under it. */
  | { readonly kind: 'usedByEarlierRun'; readonly sent: JobCondition }
  /** How the POST ended. */
  | Exclude<SubmitOutcome<Started>, { readonly kind: 'notPickedUp' }>
  /** Prepare, or the wait for capacity, failed permanently. */
  | { readonly kind: 'activityFailed'; readonly failure: Failure }
  /** The run was cancelled or its time is over. `detail`: what was going on. */
  | { readonly kind: 'mustEnd'; readonly why: MustEnd; readonly detail: string };

/** Facts at the time of an event. */
export interface SubmitContext {
  readonly nowMs: number;
  readonly mustEnd: MustEnd | undefined;
}

/** The failures of a submission: those of a job and of a remote workflow differ in their texts. */
export interface SubmitFailures<P extends AnyPermit, Accepted, Context> {
  /** The run was cancelled or its time is over, and nothing is under way. */
  readonly mustEnd: (
    state: SubmitState<P, Accepted>,
    event: { readonly why: MustEnd; readonly detail: string },
    context: Context,
  ) => RunFailure;
  /** A failure that proves that nothing was started. A cancel stays a cancel. */
  readonly notStarted: (failure: Failure, context: Context) => RunFailure;
  readonly unauthenticated: (failure: Failure, inRow: number, context: Context) => RunFailure;
}

/**
 * Next state of a submission (docs/submit-protocol.md): what a job and a remote workflow have in common.
 * @throws Error if the event cannot happen in this state: to ignore it could lose an execution.
 */
export function nextSubmitState<P extends AnyPermit, Accepted, Context extends SubmitContext>(
  failures: SubmitFailures<P, Accepted, Context>,
  state: SubmitState<P, Accepted>,
  event: SubmitEvent<P, unknown>,
  context: Context,
): SubmitState<P, Accepted> {
  const { record } = state;
  switch (event.kind) {
    case 'permitted':
      if (state.kind !== 'ready') break;
      return { kind: 'permitted', permit: event.permit, record: withPermit(record, event.permit) };
    case 'posting':
      if (state.kind !== 'permitted') break;
      return {
        ...state,
        kind: 'submitting',
        record: withPost(record, state.permit, event, context),
      };
    case 'usedByEarlierRun':
      if (state.kind !== 'permitted') break;
      return unknownOutcome(withPost(record, state.permit, event, context), state.permit);
    case 'started': // what an answer proves differs: the callers handle it
      break;
    case 'outcomeUnknown':
      if (state.kind !== 'submitting') break;
      return unknownOutcome(record, state.permit, event.failure.details.retryAfterMs);
    case 'notSent':
    case 'refused':
      if (state.kind !== 'submitting') break;
      return afterRejection(failures, record, event.failure, context);
    case 'activityFailed':
      if (state.kind !== 'ready' && state.kind !== 'atCapacity') break;
      return failed(record, failures.notStarted(event.failure, context));
    case 'mustEnd':
      switch (state.kind) {
        case 'ready':
        case 'permitted':
        case 'atCapacity':
          return failed(record, failures.mustEnd(state, event, context));
        case 'ambiguous':
          return failed(record, failures.mustEnd(state, event, context), state.candidates);
        case 'submitting': // a submit is never cancelled: its answer may name an execution
        case 'outcomeUnknown': // reconciling goes on for cleanupTimeout
        case 'accepted': // the wait stops the execution
        case 'failed':
          return state;
      }
  }
  return impossible(state, event);
}

/** @throws Error always. */
export function impossible(state: { kind: string }, event: { kind: string }): never {
  throw new Error(`a submission in state ${state.kind} cannot take the event ${event.kind}`);
}

/** End of the run. With candidates the outcome of a POST is unknown. */
export const failed = (
  record: SubmitRecord,
  failure: RunFailure,
  candidates?: readonly string[],
): SubmitState<never, never> => ({
  kind: 'failed',
  failure,
  record,
  candidates: candidates ?? [],
  isOutcomeUnknown: candidates !== undefined,
});

/** Blocks further POSTs until the submission is reconciled. */
export const unknownOutcome = <P extends AnyPermit>(
  record: SubmitRecord,
  permit: P,
  retryAfterMs?: number,
  note?: string,
): Extract<SubmitState<P, never>, { readonly kind: 'outcomeUnknown' }> => ({
  kind: 'outcomeUnknown',
  permit,
  ...(note !== undefined && { note }),
  record: { ...record, retryAfterMs, wasEverUnknown: true, wasReviewed: false },
});

/** The baseline of the first permit stays the submission's baseline. */
function withPermit(record: SubmitRecord, permit: AnyPermit & Partial<Permit>): SubmitRecord {
  const { baselineMs, knownIds = [], knownSinceMs, incomplete, seen, timings } = permit;
  return {
    ...record,
    permits: record.permits + 1,
    first: record.first ?? {
      ...(baselineMs !== undefined && { baselineMs }),
      knownIds,
      ...(knownSinceMs !== undefined && { knownSinceMs }),
      ...(incomplete !== undefined && { incomplete }),
    },
    waitHeartbeatTimeoutMs: timings.waitHeartbeatTimeoutMs,
    seen,
  };
}

/** A POST may have been made under this permit. */
function withPost(
  record: SubmitRecord,
  { baselineMs, timings }: AnyPermit,
  { sent }: { readonly sent: JobCondition },
  { nowMs }: SubmitContext,
): SubmitRecord {
  const { permitTtlMs, submitTimeoutMs, maxListingDelayMs } = timings;
  // Counted from now, not from the baseline: later, and on one clock, whatever Date the baseline had. Without a Date a
  // permit ends permitTtlMs after a worker received the submit, and that can be up to permitTtlMs from now.
  const leavesMs = baselineMs === undefined ? 2 * permitTtlMs : permitTtlMs;
  return {
    ...record,
    firstMs: record.sent.length === 0 ? nowMs : record.firstMs,
    sent: [...record.sent, sent],
    posts: record.posts + 1,
    untilMs: nowMs + leavesMs + submitTimeoutMs + maxListingDelayMs,
  };
}

/** After a rejection that proves that this POST started nothing. */
export function withoutPost(record: SubmitRecord, failure: Failure): SubmitRecord {
  const type = isUnauthenticated(failure) ? 'DataFlowUnauthenticated' : failure.type;
  const { rejectedInRow, sent, posts } = record;
  return {
    ...record,
    sent: sent.slice(0, -1),
    posts: failure.details.status === undefined ? posts - 1 : posts, // without a status nothing reached the service
    retryAfterMs: failure.details.retryAfterMs,
    rejectedInRow: { type, count: rejectedInRow?.type === type ? rejectedInRow.count + 1 : 1 },
  };
}

const isUnauthenticated = ({ details }: Failure): boolean => details.status === 401;

/** Which rejections are tried again, and how often (docs/submit-protocol.md, rule 11): 429 is `notSent`. */
function afterRejection<P extends AnyPermit, Accepted, Context extends SubmitContext>(
  failures: SubmitFailures<P, Accepted, Context>,
  before: SubmitRecord,
  failure: Failure,
  context: Context,
): SubmitState<P, Accepted> {
  const record = withoutPost(before, failure);
  const inRow = record.rejectedInRow?.count ?? 1;
  const ready = { kind: 'ready', record } as const;
  if (context.mustEnd === 'cancelled') return ready; // in that state the cancel ends the submission
  switch (failure.type) {
    case 'DataFlowNotSent':
      return isUnauthenticated(failure) && inRow >= MAX_REJECTIONS_IN_ROW
        ? failed(record, failures.unauthenticated(failure, inRow, context))
        : ready;
    case 'DataFlowLinkedRequestFailed':
      if (inRow < MAX_REJECTIONS_IN_ROW) return ready;
      break;
    default:
  }
  return failed(record, failures.notStarted(failure, context));
}

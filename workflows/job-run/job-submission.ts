import type { ReconcileResult, Permit } from '../../contract/activities.js';
import {
  dateMs,
  isOfSameTime,
  isRunnable,
  isTerminal,
  type JobCondition,
  type JobExecution,
} from '../../contract/job.js';
import { isRunKey, runKeyOf, shownRunKey } from '../../contract/run-key.js';
import type { SubmissionOutcome } from '../../contract/run.js';
import type { DurationHistory } from '../../contract/duration-history.js';
import { remoteTimeoutMs, unboundedWaitMs } from './condition.js';
import {
  ambiguous,
  canceled,
  deadlineExceeded,
  fromActivityFailure,
  runFailure,
  unknownStart,
} from './failures.js';
import type { Failure } from './port.js';
import type { RunPlan } from './request.js';
import {
  failed,
  impossible,
  nextSubmitState,
  type SubmitContext,
  type SubmitEvent,
  type SubmitFailures,
  type SubmitRecord,
  type SubmitState,
  unknownOutcome,
  windowOf,
  withoutPost,
} from './submit-state.js';

/** The execution of a submission. */
export interface TrackedExecution {
  readonly execution: JobExecution;
  readonly how: SubmissionOutcome;
  readonly exactMatch: boolean;
  readonly waitHeartbeatTimeoutMs: number;
  /** Workflow time at which the wait ends. */
  readonly limitMs: number;
  readonly seen: DurationHistory | undefined;
  /** Remote timeout of the execution, where it is known. */
  readonly timeoutMs: number | undefined;
}

export type JobSubmitState = SubmitState<Permit, TrackedExecution>;

/** What happened to the submission of a job. */
export type JobSubmitEvent =
  | SubmitEvent<Permit, JobExecution>
  | { readonly kind: 'capacityFound' }
  | { readonly kind: 'reconciled'; readonly found: ReconcileResult }
  /** Reconciling failed, or did not finish in time. */
  | { readonly kind: 'notReconciled'; readonly why: string }
  /** The Update `dataflowResolveSubmission`: the id of our execution, or `none`. */
  | { readonly kind: 'resolved'; readonly executionId: string }
  /** The wait found further executions that this submission probably caused. */
  | {
      readonly kind: 'duplicatesFound';
      readonly duplicates: readonly string[];
      readonly copies: readonly string[];
    };

/** Facts at the time of an event. */
export interface JobSubmitContext extends SubmitContext {
  readonly plan: Pick<
    RunPlan,
    'jobId' | 'onBusy' | 'onAmbiguous' | 'runKeyParameter' | 'exclusive'
  >;
  readonly key: string;
  readonly timeLeftMs: number | undefined;
  /** Executions that other submissions of this workflow have claimed. */
  readonly claimedIds: readonly string[];
  /** Another run of this job in this workflow has an unknown outcome: unclaimed executions may then be its. */
  readonly isAnotherUnknown: boolean;
}

/**
 * Next state of the submission of a job (docs/submit-protocol.md). Pure.
 * @throws Error if the event cannot happen in this state: to ignore it could lose an execution.
 */
export function nextJobSubmitState(
  state: JobSubmitState,
  event: JobSubmitEvent,
  context: JobSubmitContext,
): JobSubmitState {
  const { record } = state;
  switch (event.kind) {
    case 'permitted': {
      const next = nextSubmitState(FAILURES_OF_JOB, state, event, context);
      return next.kind === 'permitted' ? afterPermit(next.record, event.permit, context) : next;
    }
    case 'started':
      if (state.kind !== 'submitting') break;
      return afterStart(record, state.permit, event.start, context);
    case 'refused':
      if (state.kind !== 'submitting' || event.failure.type !== 'DataFlowBadState')
        return nextSubmitState(FAILURES_OF_JOB, state, event, context);
      return afterBadState(record, state.permit, event.failure, context);
    case 'capacityFound':
      if (state.kind !== 'atCapacity') break;
      // The wait was long enough: no pause before the next permit.
      return { kind: 'ready', record: { ...record, permits: 0, badStateSinceMs: undefined } };
    case 'reconciled': {
      if (state.kind !== 'outcomeUnknown') break;
      const { badState, permit } = state;
      const next = afterListing(record, event.found, context);
      if (next !== 'notFound') return next;
      return badState === undefined || permit === undefined
        ? { kind: 'ready', record }
        : busyOrFinal(record, permit, badState, context);
    }
    case 'notReconciled':
      if (state.kind !== 'outcomeUnknown') break;
      return failed(record, endWithUnknownOutcome([], event.why, context), []);
    case 'resolved':
      return afterResolution(state, event.executionId, context) ?? impossible(state, event);
    case 'duplicatesFound':
      if (state.kind !== 'accepted') break;
      return { ...state, record: withDuplicates(record, event.duplicates, event.copies) };
    default:
      return nextSubmitState(FAILURES_OF_JOB, state, event, context);
  }
  return impossible(state, event);
}

const NOTHING_LEFT = 'canceled before anything was left running';

const FAILURES_OF_JOB: SubmitFailures<Permit, TrackedExecution, JobSubmitContext> = {
  mustEnd: (state, { why, detail }, context) => {
    if (state.kind !== 'ambiguous')
      return why === 'cancelled' ? canceled(NOTHING_LEFT) : deadlineExceeded(context, detail);
    const { candidates } = state;
    return why === 'cancelled'
      ? canceled('canceled while a start was ambiguous', unknownStart(context, candidates, detail))
      : ambiguous(context, candidates, detail);
  },
  notStarted: (failure, context) =>
    context.mustEnd === 'cancelled'
      ? canceled(`${NOTHING_LEFT} (${failure.message})`)
      : fromActivityFailure(context, failure),
  unauthenticated: ({ details }, inRow, context) => {
    const message = `the service refused the signature ${inRow} times in a row; nothing was started`;
    return runFailure(context, 'DataFlowUnauthenticated', message, details);
  },
};

/** Whether a match by the criteria of this run cannot belong to another start. */
export const isExactMatch = ({
  plan,
}: {
  readonly plan: Pick<RunPlan, 'exclusive' | 'runKeyParameter'>;
}): boolean => plan.exclusive || plan.runKeyParameter !== undefined;

/** A permit shows a late execution of an earlier POST, no capacity, or that a POST may follow. */
function afterPermit(
  record: SubmitRecord,
  permit: Permit,
  context: JobSubmitContext,
): JobSubmitState {
  const { plan } = context;
  if (plan.runKeyParameter !== undefined && permit.job.type === 'VISUAL') {
    const message = `runKeyParameter: job ${plan.jobId} is VISUAL, and only SCRIPT jobs take parameters; nothing was sent`;
    return failed(record, runFailure(context, 'DataFlowInvalidInput', message));
  }
  const late = afterListing(
    record,
    { ...permit.found, exactMatch: isExactMatch(context) },
    context,
  );
  if (late !== 'notFound') return late;
  const { onBusy, jobId } = plan;
  if (onBusy === 'fail' || !isAtLimit(permit)) return { kind: 'permitted', permit, record };
  const newest = permit.active[0];
  if (onBusy !== 'join' || newest === undefined) return { kind: 'atCapacity', record };
  const { executionId, status } = newest;
  const execution = { jobExecutionId: executionId, jobId, status };
  const joined = { execution, how: 'joined', exactMatch: true } as const;
  return accepted(record, joined, context, permit.job.jobCondition);
}

/**
 * Whether the job shows that it takes no further execution now. A job that does not say how many it takes is
 * assumed to take one (NOTES §5.3).
 */
export const isAtLimit = ({ job, active }: Permit): boolean =>
  active.length >= (job.maxConcurrentRuns ?? 1) || job.status === 'RUNNING';

/** The POST was answered with an execution. An answer that does not prove that it is ours is reconciled. */
function afterStart(
  record: SubmitRecord,
  permit: Permit,
  execution: JobExecution,
  context: JobSubmitContext,
): JobSubmitState {
  const why = whyNotOurs(record, permit, execution, context);
  if (why === undefined)
    return accepted(record, { execution, how: 'submitted', exactMatch: true }, context);
  const note = `the POST was answered with execution ${execution.jobExecutionId}, ${why}`;
  return unknownOutcome(record, permit, record.retryAfterMs, note);
}

/**
 * Why an answer to a POST does not prove that this POST started the execution it names; undefined if nothing
 * contradicts it. An id that was listed before the POST, or that another submission has, belongs to another start:
 * adopting it would leave our execution unwatched, and stopping it would stop somebody else's.
 */
function whyNotOurs(
  { first }: SubmitRecord,
  permit: Permit,
  execution: JobExecution,
  { key, claimedIds, plan: { runKeyParameter } }: JobSubmitContext,
): string | undefined {
  const { jobExecutionId, status, createdDate } = execution;
  const known = [
    ...permit.knownIds,
    ...permit.active.map(({ executionId }) => executionId),
    ...(first?.knownIds ?? []),
  ];
  if (known.includes(jobExecutionId)) return 'which was listed before the POST';
  if (claimedIds.includes(jobExecutionId)) return 'which another start of this workflow has';
  const shown = runKeyParameter === undefined ? undefined : shownRunKey(execution, runKeyParameter);
  const isOurKey = shown === runKeyOf(key);
  if (isRunKey(shown) && !isOurKey) return 'which shows the run key of another submission';
  if (permit.incomplete === true && isTerminal(status) && !isOurKey)
    return 'which has ended, and the listing before the POST was not complete';
  // Both dates come from the service's clock, so clock differences cannot make an answer look old.
  const isOlder = dateMs(createdDate) < (permit.knownSinceMs ?? -Infinity);
  return isOlder ? 'which is older than executions that were listed before the POST' : undefined;
}

/**
 * A bad-state may be caused by our own execution: an earlier POST may have been accepted, or a proxy may have sent this
 * one twice. Without an exact match it is reconciled once after an unknown outcome: at a busy job, an execution that
 * merely fits mostly belongs to another start.
 */
function afterBadState(
  record: SubmitRecord,
  permit: Permit,
  failure: Failure,
  context: JobSubmitContext,
): JobSubmitState {
  const mayBeOurs = isExactMatch(context) || (record.wasEverUnknown && !record.wasReviewed);
  if (!mayBeOurs) return busyOrFinal(withoutPost(record, failure), permit, failure, context);
  const note = 'the service says bad-state, perhaps because an earlier POST was accepted';
  const state = unknownOutcome(record, permit, failure.details.retryAfterMs, note);
  return { ...state, badState: failure, record: { ...state.record, wasReviewed: true } };
}

/**
 * A bad-state that our own execution did not cause. The run fails if the job cannot run (a draft, disabled) or `onBusy`
 * is `fail`; otherwise it prepares again. A job that could run and shows capacity may be full of executions that are
 * not listed yet: for `maxListingDelay` it counts as busy.
 */
function busyOrFinal(
  before: SubmitRecord,
  permit: Permit,
  failure: Failure,
  context: JobSubmitContext,
): JobSubmitState {
  const { plan, nowMs } = context;
  const canRun = isRunnable(permit.job) || permit.job.status === 'RUNNING';
  const badStateSinceMs = before.badStateSinceMs ?? nowMs;
  const isListable = nowMs - badStateSinceMs <= permit.timings.maxListingDelayMs;
  const isBusy = plan.onBusy !== 'fail' && canRun && (isAtLimit(permit) || isListable);
  const record = canRun ? { ...before, badStateSinceMs } : before;
  return isBusy || context.mustEnd === 'cancelled'
    ? { kind: 'ready', record }
    : failed(record, FAILURES_OF_JOB.notStarted(failure, context));
}

/**
 * Result of a complete listing (docs/submit-protocol.md, rules 5 and 7). One match is adopted. Of several exact
 * matches the oldest is adopted; the others are duplicates, and later copies among them are only reported. Several
 * inexact matches are ambiguous, and so is one that may or may not be ours. When the run must end, only an exact match
 * is adopted (to be stopped): an inexact one may belong to another start.
 */
function afterListing(
  record: SubmitRecord,
  found: ReconcileResult,
  context: JobSubmitContext,
): JobSubmitState | 'notFound' {
  const { claimedIds, plan, isAnotherUnknown, mustEnd } = context;
  // Another run of this workflow may have claimed one of them since reconciling began.
  const isFree = ({ jobExecutionId }: JobExecution): boolean =>
    !claimedIds.includes(jobExecutionId);
  const [matches, possible] = [found.matches.filter(isFree), found.possible.filter(isFree)];
  const [oldest, ...others] = matches;
  const exactMatch = found.exactMatch && (plan.runKeyParameter !== undefined || !isAnotherUnknown);
  const seen = oldest === undefined ? possible : matches;
  if (seen.length === 0 && found.incomplete !== true) return 'notFound';
  if (oldest !== undefined && (exactMatch || (others.length === 0 && mustEnd === undefined))) {
    const windowMs = windowOf(record);
    const copies = others.filter((other) => !isOfSameTime(other, oldest, windowMs));
    const ids = (executions: readonly JobExecution[]): string[] =>
      executions.map(({ jobExecutionId }) => jobExecutionId);
    const adopted = { execution: oldest, how: 'adopted', exactMatch } as const;
    return accepted(withDuplicates(record, ids(others), ids(copies)), adopted, context);
  }
  const candidates = seen.map((one) => one.jobExecutionId);
  if (mustEnd !== undefined) {
    const why =
      seen.length === 0
        ? INCOMPLETE
        : 'what was found may be somebody else’s, so it was left alone';
    return failed(record, endWithUnknownOutcome(candidates, why, context), candidates);
  }
  if (plan.onAmbiguous === 'hold') return { kind: 'ambiguous', candidates, record };
  const why = whyAmbiguous(found, matches.length);
  return failed(record, ambiguous(context, candidates, why), candidates);
}

const INCOMPLETE =
  'no listing of the job was proven complete (rows that cannot be read, rows shown twice, or fewer rows than the count says)';

function whyAmbiguous({ incomplete }: ReconcileResult, matches: number): string {
  if (incomplete === true) return INCOMPLETE;
  return matches === 0
    ? 'what is listed may be it: the service was never seen to show run settings or a trigger as ours have them, ' +
        'or createdDate seems older than the start, by a clock that may be up to ten minutes off where it was not measured'
    : `${matches} executions could be it`;
}

/**
 * The failure of a run that did not find its execution. After a cancel or runTimeout it names what is unknown;
 * otherwise the submission is ambiguous.
 */
function endWithUnknownOutcome(
  candidates: readonly string[],
  why: string,
  context: JobSubmitContext,
): ReturnType<typeof ambiguous> {
  const unknown = unknownStart(context, candidates, why);
  switch (context.mustEnd) {
    case 'cancelled':
      return canceled('canceled while the outcome of a start was unknown', unknown);
    case 'timed-out':
      return deadlineExceeded(context, unknown, { unknown, candidates });
    case undefined:
      return ambiguous(context, candidates, why);
  }
}

/** Undefined if the submission awaits no resolution. */
function afterResolution(
  state: JobSubmitState,
  executionId: string,
  context: JobSubmitContext,
): JobSubmitState | undefined {
  if (state.kind !== 'ambiguous') return undefined;
  const { record, candidates } = state;
  if (executionId === 'none')
    return { kind: 'ready', record: { ...record, notOurs: [...record.notOurs, ...candidates] } };
  const { jobId } = context.plan;
  const execution = { jobExecutionId: executionId, jobId, status: 'UNKNOWN' };
  return accepted(record, { execution, how: 'adopted', exactMatch: true }, context);
}

/** `sent`: run settings of the execution, which bound the wait without runTimeout. */
const accepted = (
  record: SubmitRecord,
  tracked: Pick<TrackedExecution, 'execution' | 'how' | 'exactMatch'>,
  { nowMs, timeLeftMs }: JobSubmitContext,
  sent: JobCondition | undefined = record.sent.at(-1),
): JobSubmitState => ({
  kind: 'accepted',
  accepted: {
    ...tracked,
    waitHeartbeatTimeoutMs: record.waitHeartbeatTimeoutMs,
    limitMs: nowMs + (timeLeftMs ?? unboundedWaitMs(sent)),
    seen: record.seen,
    timeoutMs: remoteTimeoutMs(sent),
  },
  record,
});

const withDuplicates = (
  record: SubmitRecord,
  duplicates: readonly string[],
  copies: readonly string[],
): SubmitRecord => ({
  ...record,
  duplicates: [...record.duplicates, ...duplicates],
  copies: [...record.copies, ...copies],
});

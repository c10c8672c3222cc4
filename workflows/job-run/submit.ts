import type { Permit } from '../../contract/activities.js';
import { durationText } from '../../contract/durations.js';
import type { JobCondition, JobExecution } from '../../contract/job.js';
import { permitPauseMs } from './backoff.js';
import { conditionToSend, isTooLate } from './condition.js';
import { dispatch } from './dispatch.js';
import { enterGroup, leaveGroup } from './group.js';
import type { TrackedExecution } from './job-submission.js';
import { limits, timeLeftMs, whyMustEnd } from './limits.js';
import { criteriaBeforePost, jobKey, jobRef, lockMode, matchCriteria } from './match-criteria.js';
import type {
  Cancellation,
  Limits,
  RunPort,
  SubmitLimits,
  SubmitOutcome,
  VerbResult,
} from './port.js';
import { show } from './progress.js';
import type { Run } from './run.js';
import type { AnyPermit, SubmitEvent, SubmitState } from './submit-state.js';

/** A submission of a job or of a remote workflow: its state, and the calls that it makes. */
export interface Submitting<P extends AnyPermit, Start> {
  readonly state: () => SubmitState<P, unknown>;
  readonly dispatch: (event: SubmitEvent<P, Start>) => void;
  readonly run: {
    readonly port: Pick<RunPort, 'now' | 'random' | 'sleep'>;
    readonly cancellation: Cancellation;
    readonly deadlineMs: number | undefined;
    readonly plan: { readonly cleanupTimeoutMs: number };
  };
  readonly show: (phase: 'backing-off' | 'preparing' | 'submitting', note: string) => void;
  readonly limits: (what: string) => Limits;
  /** Undefined: the run has to enter its group again. */
  readonly prepare: (limits: Limits) => Promise<VerbResult<P | undefined>>;
  /** What a POST under this permit sends, as far as it is certain. */
  readonly sent: (permit: P) => JobCondition;
  readonly submit: (
    permit: P,
    call: { readonly postNothing?: true },
    limits: SubmitLimits,
  ) => Promise<SubmitOutcome<Start>>;
  /** Whether the time that is left is too short for a POST. */
  readonly isTooLate: () => boolean;
  /** Text of failures before anything was started. */
  readonly nothingLeft: string;
}

/** Ends the submission if the run must end and nothing is under way. */
function endIfMust<P extends AnyPermit, Start>(submitting: Submitting<P, Start>): void {
  const why = whyMustEnd(submitting.run);
  if (why !== undefined)
    submitting.dispatch({ kind: 'mustEnd', why, detail: submitting.nothingLeft });
}

/** Pauses before a further permit. Reconciling begins without a pause, also when the run must end. */
export async function pauseBeforePermit<P extends AnyPermit, Start>(
  submitting: Submitting<P, Start>,
): Promise<void> {
  const { run, state } = submitting;
  endIfMust(submitting);
  const { kind, record } = state();
  if (kind !== 'ready' || record.permits === 0) return;
  const pauseMs = permitPauseMs(record.permits, record.retryAfterMs, run.port.random());
  submitting.show('backing-off', `pauses ${durationText(pauseMs)} before the next attempt`);
  await run.port.sleep(Math.min(pauseMs, timeLeftMs(run) ?? pauseMs), run.cancellation);
  endIfMust(submitting);
}

/** From `ready` through a permit to the answer of one POST (docs/submit-protocol.md, rules 1 to 3). */
export async function submitUnderPermit<P extends AnyPermit, Start>(
  submitting: Submitting<P, Start>,
): Promise<void> {
  const { state } = submitting;
  if (state().kind === 'ready') await takePermit(submitting);
  const after = state();
  if (after.kind === 'permitted') await post(submitting, after.permit);
}

async function takePermit<P extends AnyPermit, Start>({
  show: showPhase,
  prepare,
  limits: limitsOf,
  dispatch: dispatchEvent,
  run,
  nothingLeft,
}: Submitting<P, Start>): Promise<void> {
  showPhase('preparing', 'reads the job or workflow and its latest executions');
  const waited = await prepare(limitsOf('prepare'));
  if (waited.kind === 'done') {
    if (waited.value !== undefined) dispatchEvent({ kind: 'permitted', permit: waited.value });
  } else if (waited.kind === 'failed') {
    dispatchEvent({ kind: 'activityFailed', failure: waited.failure });
  } else {
    const why = whyMustEnd(run) ?? waited.kind;
    const last =
      waited.kind === 'timed-out' && waited.last !== undefined
        ? ` (the last attempt: ${waited.last})`
        : '';
    dispatchEvent({ kind: 'mustEnd', why, detail: `${nothingLeft}${last}` });
  }
}

/**
 * One POST under the permit. Where this run may not post any more, an earlier run of the workflow may have posted under
 * the permit: that is checked.
 */
async function post<P extends AnyPermit, Start>(
  submitting: Submitting<P, Start>,
  permit: P,
): Promise<void> {
  const { run, dispatch: dispatchEvent, limits: limitsOf } = submitting;
  const sent = submitting.sent(permit);
  if (run.cancellation.requested || submitting.isTooLate()) {
    const isUsed = await mayHavePosted(submitting, permit);
    const why = whyMustEnd(run) ?? 'timed-out';
    const detail = 'the time that was left was too short, so nothing was posted';
    dispatchEvent(isUsed ? { kind: 'usedByEarlierRun', sent } : { kind: 'mustEnd', why, detail });
    return;
  }
  dispatchEvent({ kind: 'posting', sent });
  submitting.show('submitting', 'sends the POST');
  const { summary } = limitsOf('start');
  const outcome = await submitting.submit(permit, {}, { summary, askWithinMs: 0 });
  if (outcome.kind !== 'notPickedUp') {
    dispatchEvent(outcome);
    return;
  }
  const { failure } = outcome;
  const isUsed = await mayHavePosted(submitting, permit);
  dispatchEvent({ kind: isUsed ? 'outcomeUnknown' : 'notSent', failure });
}

/**
 * Whether an earlier run of this workflow may have posted under the permit: after a reset that keeps prepare, the
 * permit is in the history and the POST is not. An activity answers, because its result is the same on replay.
 */
async function mayHavePosted<P extends AnyPermit, Start>(
  { submit, limits: limitsOf, run }: Submitting<P, Start>,
  permit: P,
): Promise<boolean> {
  const { summary } = limitsOf('check the permit of');
  const askWithinMs = run.plan.cleanupTimeoutMs;
  const { kind } = await submit(permit, { postNothing: true }, { summary, askWithinMs });
  return kind !== 'notSent';
}

/**
 * Submits a job until its execution is known (docs/submit-protocol.md). Runs of the same job in one
 * workflow hold the job lock from permit to execution id, those with a run key together; a run that backs off, waits
 * for capacity or awaits a resolution releases it.
 * @throws RunFailure if the run must end without an execution.
 */
export async function submitJob(run: Run): Promise<TrackedExecution> {
  const { submission } = run;
  const submitting = submittingJob(run);
  for (;;) {
    switch (submission.state.kind) {
      case 'accepted':
        return submission.state.accepted;
      case 'failed':
        throw submission.state.failure;
      case 'atCapacity':
        await leaveGroup(run);
        await awaitCapacity(run);
        break;
      case 'ambiguous':
        await awaitResolution(run);
        break;
      default:
        await pauseBeforePermit(submitting);
        if (!isFailed(run)) await enterGroup(run);
        if (!isFailed(run)) await underJobLock(run, submitting);
    }
  }
}

const isFailed = ({ submission }: Run): boolean => submission.state.kind === 'failed';

async function underJobLock(run: Run, submitting: Submitting<Permit, JobExecution>): Promise<void> {
  show(run, {
    phase: 'waiting-for-lock',
    note: 'waits for the submission of another run of this job',
  });
  const lock = await run.port.jobLock(jobKey(run), limits(run, 'await the lock of'), lockMode(run));
  if (lock.kind !== 'done') {
    const why = whyMustEnd(run) ?? 'timed-out';
    dispatch(run, {
      kind: 'mustEnd',
      why,
      detail: 'another run of this job held its lock all the time',
    });
  }
  try {
    await submitUnderPermit(submitting);
    if (run.submission.state.kind === 'outcomeUnknown') await reconcile(run);
  } finally {
    if (lock.kind === 'done') lock.value();
  }
}

async function prepareJob(run: Run, within: Limits): Promise<VerbResult<Permit | undefined>> {
  const { submission } = run;
  const criteria = criteriaBeforePost(run, submission);
  const isFirst = submission.state.record.permits === 0;
  const entry = run.entry?.entry;
  const input = {
    ...jobRef(run),
    ...(criteria !== undefined && { criteria }),
    ...(entry !== undefined && { entry }),
  };
  const waited = await run.port.prepare(input, { ...within, isFirst });
  if (waited.kind !== 'done' || waited.value.isEntryOfAnotherRun !== true) return waited;
  if (run.entry !== undefined) run.entry = { ...run.entry, isStale: true };
  return { kind: 'done', value: undefined };
}

function submittingJob(run: Run): Submitting<Permit, JobExecution> {
  const { submission, port } = run;
  const body = ({ job }: Permit): JobCondition | undefined =>
    conditionToSend(run.plan, job.jobCondition, submission.key, timeLeftMs(run));
  return {
    run,
    state: () => submission.state,
    dispatch: (event) => {
      if (event.kind === 'permitted') show(run, { jobName: event.permit.job.name });
      dispatch(run, event);
    },
    show: (phase, note) => {
      show(run, { phase, note });
    },
    limits: (what) => limits(run, what),
    nothingLeft: 'nothing was left running',
    isTooLate: () => isTooLate(timeLeftMs(run)),
    prepare: (within) => prepareJob(run, within),
    sent: (permit) => {
      const { timeout, ...rest } = body(permit) ?? {};
      // An earlier run of the workflow had another remainder of runTimeout.
      const isOfEarlierRun = permit.runId !== port.runId() && run.deadlineMs !== undefined;
      return timeout === undefined || isOfEarlierRun ? rest : { ...rest, timeout };
    },
    submit: (permit, { postNothing }, within) => {
      const { baselineMs, runId, timings, active } = permit;
      const entry = run.entry?.entry;
      const jobCondition = postNothing === true ? undefined : body(permit);
      const input = {
        ...jobRef(run),
        permit: { ...(baselineMs !== undefined && { baselineMs }), runId, timings },
        ...(jobCondition !== undefined && { jobCondition }),
        ...(postNothing === true && { postNothing }),
        ...(entry !== undefined && {
          group: { entry, activeBefore: active.map(({ executionId }) => executionId) },
        }),
      };
      return port.submit(input, within);
    },
  };
}

/**
 * Reconciles until the outcome is known. Continues after a cancel or runTimeout, for `cleanupTimeout` (rules 4 and 8).
 */
async function reconcile(run: Run): Promise<void> {
  const { submission, plan, port } = run;
  const { state } = submission;
  const criteria = matchCriteria(run, submission);
  if (criteria === undefined) {
    dispatch(run, { kind: 'notReconciled', why: 'there is no baseline to compare with' });
    return;
  }
  const leftMs = timeLeftMs(run);
  const { cleanupTimeoutMs } = plan;
  const note =
    (state.kind === 'outcomeUnknown' && state.note) || 'the outcome of the POST is unknown';
  show(run, { phase: 'reconciling', note: `${note}: reads the executions of the job` });
  const waited = await port.reconcile(
    { ...jobRef(run), criteria, lastsMs: Math.max(0, state.record.untilMs - port.now()) },
    {
      ...limits(run, 'reconcile'),
      withinMs: leftMs === undefined ? undefined : Math.max(0, leftMs) + cleanupTimeoutMs,
      graceMs: cleanupTimeoutMs,
    },
  );
  if (waited.kind === 'done') {
    dispatch(run, { kind: 'reconciled', found: waited.value });
    return;
  }
  const last = waited.kind === 'timed-out' && waited.last !== undefined ? ` (${waited.last})` : '';
  const why =
    waited.kind === 'failed'
      ? `reconciling failed (${waited.failure.message})`
      : `reconciling did not finish in time${last}`;
  dispatch(run, { kind: 'notReconciled', why });
}

/** Waits until the job has capacity for another execution. */
async function awaitCapacity(run: Run): Promise<void> {
  const note = 'waits for capacity: the job is at its limit of executions';
  show(run, { phase: 'waiting-for-capacity', note });
  const { waitHeartbeatTimeoutMs } = run.submission.state.record;
  const waited = await run.port.awaitCapacity(jobRef(run), {
    ...limits(run, 'await capacity for'),
    waitHeartbeatTimeoutMs,
  });
  if (waited.kind === 'done') {
    dispatch(run, { kind: 'capacityFound' });
  } else if (waited.kind === 'failed') {
    dispatch(run, { kind: 'activityFailed', failure: waited.failure });
  } else {
    const detail = 'the job was at its limit of executions all the time';
    dispatch(run, { kind: 'mustEnd', why: waited.kind, detail });
  }
}

/** Waits until an ambiguous submission is resolved by an Update, at most until runTimeout. */
async function awaitResolution(run: Run): Promise<void> {
  const note =
    'ambiguous: resolve it with the Update dataflowResolveSubmission (an execution id, or none)';
  show(run, { phase: 'awaiting-resolution', note });
  const { key } = run.submission;
  const waited = await run.port.awaitResolution(key, limits(run, 'await the resolution of'));
  if (waited.kind === 'done') {
    dispatch(run, { kind: 'resolved', executionId: waited.value });
  } else {
    const why = waited.kind === 'cancelled' ? 'cancelled' : 'timed-out';
    dispatch(run, { kind: 'mustEnd', why, detail: 'no resolution was received' });
  }
}

import type { RunState } from '../../contract/run.js';
import { timeLeftMs } from './limits.js';
import type { RunPort } from './port.js';
import { type TrackedExecution } from './job-submission.js';
import { newSubmission, type Run, type Submission, trackedOf } from './run.js';
import { EMPTY_RECORD, isOutcomeUnknown, type SubmitRecord, windowOf } from './submit-state.js';

/** Maximum number of claims in a state: enough for everything started during one submission. */
const MAX_CLAIMED_IDS = 50;

/** State from which a later run continues. It never holds a permit, which is valid for seconds only. */
export function stateOf(run: Run): RunState {
  const { submission } = run;
  const { record } = submission.state;
  const { first, sent } = record;
  const tracked = trackedOf(submission);
  const outcomeUnknown = isOutcomeUnknown(submission.state);
  const leftMs = timeLeftMs(run);
  return {
    version: 1,
    jobId: run.plan.jobId,
    submission: submission.key,
    attempt: submission.attempt,
    posts: record.posts,
    previousAttempts: [...run.previousAttempts],
    ...(leftMs !== undefined && { timeLeftMs: Math.max(1, Math.round(leftMs)) }),
    ...groupOf(run),
    ...(tracked !== undefined && { started: startedOf(run, tracked) }),
    ...(first !== undefined &&
      sent.length > 0 && {
        posted: {
          first,
          sent,
          windowMs: windowOf(record),
          settlesInMs: Math.max(0, Math.round(record.untilMs - run.port.now())),
          outcomeUnknown,
          wasEverUnknown: record.wasEverUnknown || outcomeUnknown,
        },
      }),
    duplicates: record.duplicates,
    copies: record.copies,
    notOurs: record.notOurs,
    claimedIds: run.port.claimedIds(submission.key).slice(-MAX_CLAIMED_IDS),
  };
}

function groupOf({ entry: of }: Run): Pick<RunState, 'group'> {
  if (of?.entry === undefined) return {};
  const { entry, place } = of;
  return { group: { entry, ...(place !== undefined && { place }) } };
}

function startedOf(run: Run, tracked: TrackedExecution): NonNullable<RunState['started']> {
  const { execution, how, exactMatch, waitHeartbeatTimeoutMs, limitMs, seen, timeoutMs } = tracked;
  const left = Math.max(1, Math.round(limitMs - run.port.now()));
  return {
    executionId: execution.jobExecutionId,
    submissionOutcome: how,
    exactMatch,
    waitHeartbeatTimeoutMs,
    limitMs: left,
    ...(seen !== undefined && { seen }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

/** Claims the executions of a state. */
export function claimOf(state: RunState, port: Pick<RunPort, 'claim'>): void {
  const { started, previousAttempts, claimedIds, submission } = state;
  for (const id of claimedIds) port.claim(id, 'before continue-as-new');
  for (const { executionId } of previousAttempts)
    port.claim(executionId, `${submission}, an earlier attempt`);
  if (started !== undefined && started.submissionOutcome !== 'joined')
    port.claim(started.executionId, submission);
}

/** Restores the submission of a state; a wait or a reconciliation starts again. */
export function submissionOf(state: RunState, nowMs: number): Submission {
  const { submission: key, attempt, posts, posted, duplicates, copies, notOurs } = state;
  let record: SubmitRecord = { ...EMPTY_RECORD, posts, duplicates, copies, notOurs };
  if (posted !== undefined) {
    const { first, sent, settlesInMs, windowMs, wasEverUnknown } = posted;
    const untilMs = nowMs + settlesInMs;
    record = { ...record, first, sent, firstMs: untilMs - windowMs, untilMs, wasEverUnknown };
  }
  const accepted = restoreExecution(state, nowMs);
  if (accepted !== undefined)
    return newSubmission(key, attempt, { kind: 'accepted', accepted, record });
  const kind = posted?.outcomeUnknown === true ? 'outcomeUnknown' : 'ready';
  return newSubmission(key, attempt, { kind, record });
}

function restoreExecution(state: RunState, nowMs: number): TrackedExecution | undefined {
  if (state.started === undefined) return undefined;
  const {
    executionId,
    submissionOutcome,
    exactMatch,
    waitHeartbeatTimeoutMs,
    limitMs,
    seen,
    timeoutMs,
  } = state.started;
  return {
    execution: { jobExecutionId: executionId, jobId: state.jobId, status: 'UNKNOWN' },
    how: submissionOutcome,
    exactMatch,
    waitHeartbeatTimeoutMs,
    limitMs: nowMs + limitMs,
    seen,
    timeoutMs,
  };
}

import type { RunState } from '../../contract/run.js';
import { timeLeftMs } from './limits.js';
import { windowOf } from './match-criteria.js';
import type { RunPort } from './port.js';
import { type TrackedExecution, type Run, type Submission, newSubmission } from './run.js';

/** Maximum number of claims in a state: enough for everything started during one submission. */
const MOST_CLAIMED = 50;

/** State from which a later run continues. It never holds a permit, which is valid for seconds only. */
export function stateOf(run: Run): RunState {
  const { submission, tracked } = run;
  const leftMs = timeLeftMs(run);
  return {
    version: 1,
    jobId: run.plan.jobId,
    submission: submission.key,
    attempt: submission.attempt,
    posts: submission.posts,
    previousAttempts: [...run.previousAttempts],
    ...(leftMs !== undefined && { timeLeftMs: Math.max(1, Math.round(leftMs)) }),
    ...(tracked !== undefined && { started: startedOf(run, tracked) }),
    ...(submission.first !== undefined &&
      submission.sent.length > 0 && {
        posted: {
          first: submission.first,
          sent: [...submission.sent],
          windowMs: windowOf(submission),
          settlesInMs: Math.max(0, Math.round(submission.untilMs - run.port.now())),
          outcomeUnknown: submission.outcomeUnknown,
          wasEverUnknown: submission.wasEverUnknown || submission.outcomeUnknown,
        },
      }),
    duplicates: [...submission.duplicates],
    copies: [...submission.copies],
    notOurs: [...submission.notOurs],
    claimedIds: run.port.claimedIds(submission.key).slice(-MOST_CLAIMED),
  };
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

/** Restores the submission of a state. */
export function submissionOf(state: RunState, nowMs: number): Submission {
  const submission = newSubmission(state.submission, state.attempt);
  submission.posts = state.posts;
  submission.duplicates.push(...state.duplicates);
  submission.copies.push(...state.copies);
  submission.notOurs.push(...state.notOurs);
  if (state.posted === undefined) return submission;
  const { first, sent, settlesInMs, windowMs, outcomeUnknown, wasEverUnknown } = state.posted;
  const untilMs = nowMs + settlesInMs;
  submission.sent.push(...sent);
  const firstMs = untilMs - windowMs;
  return Object.assign(submission, { first, firstMs, untilMs, outcomeUnknown, wasEverUnknown });
}

/** Restores the execution of a state; the wait starts again. */
export function restoreExecution(state: RunState, nowMs: number): TrackedExecution | undefined {
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

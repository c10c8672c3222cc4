import type { StopResult } from '../../contract/activities.js';
import { type JobExecution, isTerminal } from '../../contract/job.js';
import { badEnd, canceled, deadlineExceeded, failedAs, twinsOf } from './ends.js';
import type { Waited } from './port.js';
import { nameTwins, stopTwins, whatTwinsLeave } from './twins.js';
import { summary } from './limits.js';
import { isNobodyElses, isSure, jobRef, markOf } from './mark.js';
import type { Gained, Run, Submission } from './run.js';
import { show, showError } from './show.js';

/** How an execution ended, and what the wait for it cost. */
export interface Watched {
  readonly execution: JobExecution;
  readonly statusCalls: number;
  /** What is not known of a twin. */
  readonly unknown?: string;
}

/**
 * Waits for the end of the execution. A cancel or the limit stops it first (docs/design.md, Stopping); COMPLETED or
 * FAILED winning that race is reported as what it is. Twins that are surely ours are stopped beside the wait.
 */
export async function watch(run: Run, submission: Submission, gained: Gained): Promise<Watched> {
  if (isSure(run) && isNobodyElses(run)) stopTwins(run, submission, submission.twins);
  let statusCalls = 0;
  try {
    for (;;) {
      const waited = await awaitEnd(run, submission, gained);
      if (waited.kind === 'failed') {
        const executionId = gained.execution.jobExecutionId;
        throw failedAs(run, waited.failure, { executionId, ...twinsOf(submission) });
      }
      if (waited.kind === 'done') {
        statusCalls += waited.value.statusCalls;
        await nameTwins(run, submission, waited.value);
        if (!isTerminal(waited.value.execution.status)) continue;
      }
      const execution =
        waited.kind === 'done' ? waited.value.execution : await end(run, gained, waited.kind);
      const unknown = await unknownOfTwins(run, submission);
      return { execution, statusCalls, ...(unknown !== undefined && { unknown }) };
    }
  } catch (error) {
    await unknownOfTwins(run, submission);
    throw error;
  }
}

/** Returns when the stops of the twins have ended. */
async function unknownOfTwins(run: Run, submission: Submission): Promise<string | undefined> {
  const unknown = await whatTwinsLeave(submission);
  if (unknown !== undefined) show(run, { unknown });
  return unknown;
}

function awaitEnd(
  run: Run,
  submission: Submission,
  gained: Gained,
): ReturnType<Run['port']['awaitEnd']> {
  const { seen, timeoutMs } = gained;
  const { jobExecutionId: executionId, createdDate } = gained.execution;
  show(run, { phase: 'waiting', note: 'waits for the end of the execution' });
  if (run.interrupt.requested) return Promise.resolve({ kind: 'interrupted' });
  const mark =
    submission.everDoubted && gained.how !== 'joined' ? markOf(run, submission) : undefined;
  const twins = mark && { ...mark, claimedIds: [...mark.claimedIds, executionId] };
  return run.port.awaitEnd(
    {
      ...jobRef(run),
      executionId,
      ...(createdDate !== undefined && { createdDate }),
      ...(seen !== undefined && { seen }),
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(twins !== undefined && { twins }),
      ...(gained.how === 'posted' && { ours: true }),
    },
    {
      withinMs: Math.max(1, gained.limitMs - run.port.now()),
      interrupt: run.interrupt,
      summary: summary(run, 'await'),
      onReport: showError(run),
      recoverWithinMs: gained.recoverWithinMs,
    },
  );
}

/** A cancel, or the limit passed: stops the execution where that is ours to do, and says what came of it. */
async function end(
  run: Run,
  gained: Gained,
  why: 'interrupted' | 'timed-out',
): Promise<JobExecution> {
  const executionId = gained.execution.jobExecutionId;
  const ended = (rest: string, unknown?: string): Error =>
    why === 'interrupted'
      ? canceled(rest, unknown)
      : deadlineExceeded(run, rest, {
          executionId,
          ...twinsOf(run.submission),
          ...(unknown !== undefined && { unknown }),
        });
  if (gained.how === 'joined' && !run.plan.cancelJoined) {
    const last = why === 'timed-out' ? await lastRead(run, executionId) : undefined;
    if (last !== undefined) return last;
    throw ended(`joined execution ${executionId} was left running`);
  }
  if (why === 'interrupted' && run.plan.onCancel === 'abandon') {
    throw ended(`execution ${executionId} was left running, as onCancel says`);
  }
  const stopped = await stop(run, executionId);
  if (stopped.kind !== 'done') {
    throw ended(
      `execution ${executionId} could not be seen stopping (${whyNot(stopped)})`,
      `execution ${executionId} may still run: check it in the service and cancel it there`,
    );
  }
  const { execution, stop: how } = stopped.value;
  show(run, { status: execution.status });
  if (how === 'unsupported') {
    const text = `execution ${executionId} runs on: this service knows no cancelJobExecution; its own timeout ends it`;
    throw ended(text, text);
  }
  if (execution.status !== 'CANCELED') return execution; // it won the race
  show(run, { endedBy: how === 'canceled' ? 'us' : 'somebody else' });
  if (how === 'ended') throw badEnd(run, gained, execution);
  throw ended(`execution ${executionId} was stopped`);
}

/** A short limit: the run is over, and this is only about telling the truth of it. */
const LAST_READ_MS = 60_000;

/** The execution, if the service shows that it has ended. */
async function lastRead(run: Run, executionId: string): Promise<JobExecution | undefined> {
  const read = await run.port.read(
    { ...jobRef(run), executionId },
    { withinMs: LAST_READ_MS, summary: summary(run, 'read once more') },
  );
  return read.kind === 'done' && isTerminal(read.value.status) ? read.value : undefined;
}

const whyNot = (stopped: Exclude<Waited<StopResult>, { readonly kind: 'done' }>): string =>
  stopped.kind === 'failed'
    ? stopped.failure.message
    : ((stopped.kind === 'timed-out' ? stopped.last : undefined) ?? 'time was over');

function stop(
  run: Run,
  executionId: string,
  withinMs = run.plan.cleanupTimeoutMs,
): Promise<Waited<StopResult>> {
  show(run, { phase: 'stopping', note: 'cancels the execution and watches until it has ended' });
  return run.port.stop(
    { ...jobRef(run), executionId },
    { withinMs, summary: summary(run, 'stop'), onReport: showError(run) },
  );
}

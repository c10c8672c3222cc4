import type { StopResult } from '../../contract/activities.js';
import { type JobExecution, isTerminal } from '../../contract/job.js';
import {
  executionFailure,
  canceled,
  deadlineExceeded,
  fromActivityFailure,
  duplicatesOf,
} from './failures.js';
import type { VerbResult } from './port.js';
import { nameDuplicates, stopDuplicates, whatDuplicatesLeave } from './duplicates.js';
import { summary } from './limits.js';
import { isExclusivelyOurs, jobRef, matchCriteria } from './match-criteria.js';
import { isExactMatch, type TrackedExecution } from './job-submission.js';
import type { Run, Submission } from './run.js';
import { show, showError } from './progress.js';

/** How an execution ended, and the number of status calls of the wait. */
export interface WatchedEnd {
  readonly execution: JobExecution;
  readonly statusCalls: number;
  /** What is unknown about a duplicate. */
  readonly unknown?: string;
}

/**
 * Waits for the end of the execution. A cancel or the time limit stops it first (docs/design.md, Stopping); if it
 * completes or fails before the stop, that end is reported. Exclusively matching duplicates are stopped during the
 * wait.
 */
export async function watchExecution(
  run: Run,
  submission: Submission,
  tracked: TrackedExecution,
): Promise<WatchedEnd> {
  if (isExactMatch(run) && isExclusivelyOurs(run))
    stopDuplicates(run, submission, submission.state.record.duplicates);
  let statusCalls = 0;
  try {
    for (;;) {
      const waited = await awaitEnd(run, submission, tracked);
      if (waited.kind === 'failed') {
        const executionId = tracked.execution.jobExecutionId;
        throw fromActivityFailure(run, waited.failure, {
          executionId,
          ...duplicatesOf(submission),
        });
      }
      if (waited.kind === 'done') {
        statusCalls += waited.value.statusCalls;
        await nameDuplicates(run, submission, waited.value);
        if (!isTerminal(waited.value.execution.status)) continue;
      }
      const execution =
        waited.kind === 'done' ? waited.value.execution : await end(run, tracked, waited.kind);
      const unknown = await unknownOfDuplicates(run, submission);
      return { execution, statusCalls, ...(unknown !== undefined && { unknown }) };
    }
  } catch (error) {
    await unknownOfDuplicates(run, submission);
    throw error;
  }
}

/** Returns when the stops of the duplicates have ended. */
async function unknownOfDuplicates(run: Run, submission: Submission): Promise<string | undefined> {
  const unknown = await whatDuplicatesLeave(submission);
  if (unknown !== undefined) show(run, { unknown });
  return unknown;
}

function awaitEnd(
  run: Run,
  submission: Submission,
  tracked: TrackedExecution,
): ReturnType<Run['port']['awaitEnd']> {
  const { seen, timeoutMs } = tracked;
  const { jobExecutionId: executionId, createdDate } = tracked.execution;
  show(run, { phase: 'waiting', note: 'waits for the end of the execution' });
  if (run.cancellation.requested) return Promise.resolve({ kind: 'cancelled' });
  const criteria =
    submission.state.record.wasEverUnknown && tracked.how !== 'joined'
      ? matchCriteria(run, submission)
      : undefined;
  const duplicates = criteria && { ...criteria, claimedIds: [...criteria.claimedIds, executionId] };
  return run.port.awaitEnd(
    {
      ...jobRef(run),
      executionId,
      ...(createdDate !== undefined && { createdDate }),
      ...(seen !== undefined && { seen }),
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(duplicates !== undefined && { duplicates }),
      ...(tracked.how === 'submitted' && { ours: true }),
    },
    {
      withinMs: Math.max(1, tracked.limitMs - run.port.now()),
      cancellation: run.cancellation,
      summary: summary(run, 'await'),
      onReport: showError(run),
      waitHeartbeatTimeoutMs: tracked.waitHeartbeatTimeoutMs,
    },
  );
}

/** After a cancel or the time limit: stops the execution unless it was joined, and reports its end. */
async function end(
  run: Run,
  tracked: TrackedExecution,
  why: 'cancelled' | 'timed-out',
): Promise<JobExecution> {
  const executionId = tracked.execution.jobExecutionId;
  const ended = (rest: string, unknown?: string): Error =>
    why === 'cancelled'
      ? canceled(rest, unknown)
      : deadlineExceeded(run, rest, {
          executionId,
          ...duplicatesOf(run.submission),
          ...(unknown !== undefined && { unknown }),
        });
  if (tracked.how === 'joined') {
    const last = why === 'timed-out' ? await lastRead(run, executionId) : undefined;
    if (last !== undefined) return last;
    throw ended(`joined execution ${executionId} was left running`);
  }
  if (why === 'cancelled' && run.plan.onCancel === 'abandon') {
    throw ended(`execution ${executionId} was left running, as onCancel says`);
  }
  const stopped = await stop(run, executionId);
  if (stopped.kind !== 'done') {
    throw ended(
      `execution ${executionId} was not seen to stop (${whyNot(stopped)})`,
      `execution ${executionId} may still run: check it in the service and cancel it there`,
    );
  }
  const { execution, stop: how } = stopped.value;
  show(run, { status: execution.status });
  if (how === 'unsupported') {
    const text = `execution ${executionId} runs on: this service has no cancelJobExecution, so only its own timeout ends it`;
    throw ended(text, text);
  }
  if (execution.status !== 'CANCELED') return execution; // it ended before the cancel took effect
  show(run, { endedBy: how === 'canceled' ? 'workflow' : 'external' });
  if (how === 'ended') throw executionFailure(run, tracked, execution);
  throw ended(`execution ${executionId} was stopped`);
}

/** Short limit: the run has ended, and only its report depends on this read. */
const LAST_READ_MS = 60_000;

/** The execution, if the service shows that it has ended. */
async function lastRead(run: Run, executionId: string): Promise<JobExecution | undefined> {
  const read = await run.port.read(
    { ...jobRef(run), executionId },
    { withinMs: LAST_READ_MS, summary: summary(run, 'read once more') },
  );
  return read.kind === 'done' && isTerminal(read.value.status) ? read.value : undefined;
}

const whyNot = (stopped: Exclude<VerbResult<StopResult>, { readonly kind: 'done' }>): string =>
  stopped.kind === 'failed'
    ? stopped.failure.message
    : ((stopped.kind === 'timed-out' ? stopped.last : undefined) ?? 'time was over');

function stop(run: Run, executionId: string): Promise<VerbResult<StopResult>> {
  show(run, { phase: 'stopping', note: 'cancels the execution and watches until it has ended' });
  return run.port.stop(
    { ...jobRef(run), executionId },
    {
      withinMs: run.plan.cleanupTimeoutMs,
      summary: summary(run, 'stop'),
      onReport: showError(run),
    },
  );
}

import type { AwaitInput, AwaitResult, SubmissionMark } from '../contract/activities.js';
import type { JobExecution } from '../contract/job.js';
import { DataFlowCallError } from '../client/errors.js';
import type { WaitInfo } from '../polling/hub.js';
import { act, pause } from './act.js';
import { matchesAmong, readBackTo } from './find-matches.js';
import { isSureMark } from './match.js';
import type { FindProfile, Profile } from './profile.js';

/** Beats per `recoverWithinMs`, so that one lost beat does not look like a dead worker. */
const BEATS_PER_TIMEOUT = 3;
const LONGEST_TWIN_PAUSE_MS = 300_000;

/** Waits for the end of an execution: registers with the process's status hub and sleeps. */
export const awaitExecution =
  (profiles: FindProfile) =>
  async (input: AwaitInput): Promise<AwaitResult> => {
    const profile = profiles(input.profile);
    const { jobId, executionId, twins: mark } = input;
    const beatMs = profile.timings.recoverWithinMs / BEATS_PER_TIMEOUT;
    return await act({ jobId, executionId }, beatMs, async ({ signal, note }) => {
      const ended = new AbortController();
      const both = AbortSignal.any([signal, ended.signal]);
      const onStatus = ({ execution, lastError }: WaitInfo): void => {
        note({ executionId, status: execution?.status, lastError: lastError?.message });
      };
      const end = profile.hub.wait({ jobId, executionId }, { signal: both, onStatus });
      if (mark === undefined) return result(await end, []);
      try {
        const twin = sureTwins(profile, jobId, mark, both);
        const first = await Promise.race([end, twin]);
        if (Array.isArray(first)) return await withTwins(profile, input, first, both);
        return result(first, await lastLook(profile, jobId, mark, signal), isSureMark(mark));
      } finally {
        ended.abort(new Error('the wait is over'));
        await end.catch(() => undefined);
      }
    });
  };

const result = (
  { execution, calls }: { readonly execution: JobExecution; readonly calls: number },
  twins: readonly JobExecution[],
  sure = false,
): AwaitResult => ({
  execution,
  twins: twins.map((twin) => twin.jobExecutionId),
  sureTwins: sure && twins.length > 0,
  statusCalls: calls,
});

/** A twin that is surely ours is reported at once, so that it can be stopped beside the wait. */
async function withTwins(
  profile: Profile,
  { jobId, executionId }: AwaitInput,
  twins: readonly JobExecution[],
  signal: AbortSignal,
): Promise<AwaitResult> {
  const { output } = await profile.client.call(
    'getJobExecutionById',
    { jobId, executionId },
    { signal },
  );
  return result({ execution: output, calls: 1 }, twins, true);
}

/** Keeps looking, ever more rarely, for what a doubtful POST may have brought late. Never settles without a sure one. */
async function sureTwins(
  profile: Profile,
  jobId: string,
  mark: SubmissionMark,
  signal: AbortSignal,
): Promise<JobExecution[]> {
  if (!isSureMark(mark)) return await new Promise(() => undefined);
  try {
    for (
      let pauseMs = profile.timings.visibleWithinMs / 4 + 500;
      ;
      pauseMs = Math.min(pauseMs * 2, LONGEST_TWIN_PAUSE_MS)
    ) {
      await pause(pauseMs, signal);
      const twins = await lastLook(profile, jobId, mark, signal);
      if (twins.length > 0) return [...twins];
    }
  } catch {
    return await new Promise(() => undefined); // the wait itself reports why it ended
  }
}

/** One look for twins. A look that fails finds none: the end of the execution must be told all the same. */
async function lastLook(
  profile: Profile,
  jobId: string,
  mark: SubmissionMark,
  signal: AbortSignal,
): Promise<readonly JobExecution[]> {
  try {
    const untilOlderThanMs = readBackTo(mark);
    const { rows } = await profile.newest.read(jobId, { untilOlderThanMs, signal });
    return await matchesAmong(profile, rows, mark, signal);
  } catch (error) {
    if (error instanceof DataFlowCallError) return [];
    throw error;
  }
}

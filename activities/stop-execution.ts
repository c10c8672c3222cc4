import { DataFlowCallError } from '../client/errors.js';
import type { StopInput, StopResult } from '../contract/activities.js';
import { creationMs, isTerminal, type JobExecution } from '../contract/job.js';
import type { Reporting } from '../contract/wait-report.js';
import type { WaitTarget } from '../polling/status-hub.js';
import { type ActivityContext, runActivity, BEAT_MS, pause } from './activity-context.js';
import { notFound } from './failure.js';
import { isPermanent } from '../contract/failures.js';
import type { FindProfile, Profile } from './profile.js';
import { reporting } from './wait-report.js';

/** Pause before the next read of an execution that the service does not show yet. */
const LAG_PAUSE_MS = 500;
/** Time without an end after which the cancel is sent again; a second cancel does no harm. */
const AGAIN_AFTER_MS = 60_000;
/** First pause after a rejected cancel; doubled each time, up to the pause above. */
const REFUSED_PAUSE_MS = 1_000;
/**
 * Number of answers that prove a missing cancel operation. Older generations have none (gateway code 300). A gateway
 * that is being redeployed briefly answers the same, so each answer must come with a successful read, spread over
 * `maxListingDelay`.
 */
const UNSUPPORTED_AFTER = 3;
/**
 * First pause until a stop reads the execution itself, doubled each time. The hub has mostly seen the end by then;
 * while the service rejects calls the hub's reads are rare.
 */
const FIRST_READ_MS = 10_000;

/**
 * Cancels an execution and watches until the service itself shows a terminal status: its `true` is no proof (NOTES
 * §5.4). The first attempt reads before it cancels, so that an execution that ended by itself is reported as what it is;
 * a later attempt cancels at once. So does the first if its read fails and may be repeated: the cancel does not wait for
 * a read that works, nor for its Retry-After. A cancel that is refused, or has no effect, is sent again while the
 * execution goes on, and as soon as its status changes: whether one that is READY can be cancelled is UNKNOWN.
 */
export const stopExecution = (profiles: FindProfile) =>
  reporting((input: StopInput & Reporting): Promise<StopResult> => {
    const { jobId, executionId } = input;
    const about = { jobId, executionId };
    const fn = (current: ActivityContext): Promise<StopResult> => {
      const profile = profiles(input.profile);
      // A later attempt cannot know whether the cancel of an earlier one had the effect; a CANCELED status then counts
      // as ours.
      const asked = { cancel: current.attempt > 1 };
      return stop(profile, input, current, asked);
    };
    return runActivity(about, BEAT_MS, fn, { retries: 'all-but-permanent' });
  });

async function stop(
  profile: Profile,
  input: StopInput,
  { signal, note, attempt }: ActivityContext,
  asked: { cancel: boolean },
): Promise<StopResult> {
  const { executionId } = input;
  for (let round = 1, pathsUnknown = 0, refusals = 0; ; round += 1) {
    const before =
      round === 1
        ? await beforeFirstCancel(profile, input, { attempt, signal })
        : await onceShown(profile, input, signal);
    if (before !== undefined && isTerminal(before.status)) {
      const isOurs = asked.cancel && before.status === 'CANCELED';
      return { execution: before, stop: isOurs ? 'canceled' : 'ended' };
    }
    const answer = await cancel(profile, input, signal);
    if (answer === 'path unknown') {
      if (before !== undefined) pathsUnknown += 1;
      if (before !== undefined && pathsUnknown >= UNSUPPORTED_AFTER) {
        return { execution: before, stop: 'unsupported' };
      }
      await pause(profile.timings.maxListingDelayMs / UNSUPPORTED_AFTER, signal);
      continue;
    }
    refusals = answer === 'refused' ? refusals + 1 : 0;
    asked.cancel = true; // also by one that was refused: a bad-state may mean that an earlier cancel takes effect
    note({ executionId, asked: 'cancel', refusals });
    const againMs = refusals === 0 ? AGAIN_AFTER_MS : REFUSED_PAUSE_MS * 2 ** (refusals - 1);
    const withinMs = Math.min(againMs, AGAIN_AFTER_MS);
    const execution = await endSeen(profile, input, { before, withinMs }, signal);
    if (execution !== undefined) return { execution, stop: 'canceled' };
  }
}

/** The end of the execution; undefined when there was none until the cancel should be sent again. */
async function endSeen(
  profile: Profile,
  input: StopInput,
  { before, withinMs }: { readonly before: JobExecution | undefined; readonly withinMs: number },
  signal: AbortSignal,
): Promise<JobExecution | undefined> {
  let waitedMs = 0;
  for (let pauseMs = Math.min(FIRST_READ_MS, withinMs); waitedMs < withinMs; pauseMs *= 2) {
    const ended = await endWithin(
      profile,
      targetOf(input, before),
      { before, ms: pauseMs },
      signal,
    );
    if (ended !== undefined) return ended;
    waitedMs += pauseMs;
    const now = await onceShown(profile, input, signal);
    if (isTerminal(now.status)) return now;
    if (before !== undefined && now.status !== before.status) return undefined;
  }
  return undefined;
}

/**
 * Reads the execution by id, or from its job's list if it is not found by id. Absence from both counts as lag for
 * `maxListingDelay`, because the service returned the id.
 */
async function onceShown(
  profile: Profile,
  input: StopInput,
  signal: AbortSignal,
): Promise<JobExecution> {
  for (let waitedMs = 0; ; waitedMs += LAG_PAUSE_MS) {
    try {
      return await read(profile, input, signal);
    } catch (error) {
      if (!notFound(error)) throw error;
      const listed = await inList(profile, input, signal);
      if (listed !== undefined) return listed;
      if (waitedMs > profile.timings.maxListingDelayMs) throw error;
      await pause(LAG_PAUSE_MS, signal);
    }
  }
}

/** The execution before the first cancel of an attempt; undefined where it was not read, or could not be. */
async function beforeFirstCancel(
  profile: Profile,
  input: StopInput,
  { attempt, signal }: Pick<ActivityContext, 'attempt' | 'signal'>,
): Promise<JobExecution | undefined> {
  if (attempt > 1) return undefined;
  try {
    return await onceShown(profile, input, signal);
  } catch (error) {
    if (error instanceof DataFlowCallError && !isPermanent(error)) return undefined;
    throw error;
  }
}

/** Its row, or nothing where the job is gone too. */
async function inList(
  { newest }: Profile,
  { jobId, executionId }: StopInput,
  signal: AbortSignal,
): Promise<JobExecution | undefined> {
  try {
    const { rows } = await newest.read(jobId, { signal });
    return rows.find(({ jobExecutionId }) => jobExecutionId === executionId);
  } catch (error) {
    if (notFound(error)) return undefined;
    throw error;
  }
}

async function read(
  profile: Profile,
  { jobId, executionId }: StopInput,
  signal: AbortSignal,
): Promise<JobExecution> {
  const { output } = await profile.client.call(
    'getJobExecutionById',
    { jobId, executionId },
    { signal },
  );
  if (isTerminal(output.status)) profile.hub.resolve(output);
  return output;
}

async function cancel(
  profile: Profile,
  { jobId, executionId }: StopInput,
  signal: AbortSignal,
): Promise<'asked' | 'refused' | 'path unknown'> {
  try {
    await profile.client.call('cancelJobExecution', { jobId, executionId }, { signal });
    return 'asked';
  } catch (error) {
    if (!(error instanceof DataFlowCallError)) throw error;
    if (error.failure === 'DataFlowPathUnknown') return 'path unknown';
    // The execution is ending, has ended, or cannot be cancelled yet: its status tells which.
    if (error.failure === 'DataFlowBadState' || notFound(error)) return 'refused';
    throw error;
  }
}

const targetOf = (
  { jobId, executionId }: StopInput,
  seen: Pick<JobExecution, 'createdDate'> = {},
): WaitTarget => ({ jobId, executionId, createdMs: creationMs(seen) });

/** The end of the execution, as the hub sees it; undefined when there was none in time, or another status came first. */
async function endWithin(
  profile: Profile,
  target: WaitTarget,
  { before, ms }: { readonly before: JobExecution | undefined; readonly ms: number },
  signal: AbortSignal,
): Promise<JobExecution | undefined> {
  const over = new AbortController();
  const both = AbortSignal.any([signal, over.signal]);
  let tellChange: (nothing: undefined) => void = () => undefined;
  const changed = new Promise<undefined>((resolve) => {
    tellChange = resolve;
  });
  const end = profile.hub.wait(target, {
    signal: both,
    onStatus: ({ execution: { status } = before ?? {} }) => {
      if (before !== undefined && status !== before.status) tellChange(undefined);
    },
  });
  // Called after the wait has begun: the hub drops facts about an execution that has no waiter.
  profile.hub.nudge(target.jobId, target.executionId);
  try {
    const late = pause(ms, both).then(() => undefined);
    return (await Promise.race([end, late, changed]))?.execution;
  } finally {
    over.abort(new Error('the stop is over'));
    await end.catch(() => undefined);
  }
}

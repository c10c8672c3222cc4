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

/** Pause between reads of an execution that the service does not show yet. */
const LAG_PAUSE_MS = 500;
/** Time without an end after which the cancel is sent again. A second cancel does no harm. */
const AGAIN_AFTER_MS = 60_000;
/** First pause after a refused cancel. It doubles each time, up to the pause above. */
const REFUSED_PAUSE_MS = 1_000;
/**
 * Number of answers "path unknown" (gateway code 300) that prove that the service has no cancel operation, as its
 * older generations. A gateway that is being redeployed gives this answer for a short time, so the answers are spread
 * over `maxListingDelayMs`, each after a successful read.
 */
const UNSUPPORTED_AFTER = 3;
/**
 * Time until a stop reads the execution itself, doubled each time. Mostly the hub has seen the end before; while the
 * service refuses calls the hub reads rarely.
 */
const FIRST_READ_MS = 10_000;

/**
 * * Cancels an execution and watches until the service shows a terminal status: the answer `true` to a cancel is no
 * proof * (NOTES §5.4). The first attempt reads the execution before it cancels, so that an execution that has ended
 * by itself is * reported as such. If that read fails for a transient reason, and in later attempts, it cancels at
 * once. A cancel that is * refused, or has no effect, is sent again after a pause, and as soon as the status changes:
 * whether an execution in READY * can be cancelled is UNKNOWN.
 */
export const stopExecution = (profiles: FindProfile) =>
  reporting((input: StopInput & Reporting): Promise<StopResult> => {
    const { jobId, executionId } = input;
    const about = { jobId, executionId };
    const fn = (current: ActivityContext): Promise<StopResult> => {
      const profile = profiles(input.profile);
      // A later attempt does not know whether an earlier one has cancelled, so CANCELED counts as our cancel.
      const asked = { cancel: current.attempt > 1 };
      return stop(profile, input, current, asked);
    };
    return runActivity(about, BEAT_MS, fn, { retries: 'all-but-permanent' });
  });

async function stop(
  profile: Profile,
  input: StopInput,
  { signal, heartbeatNow, attempt }: ActivityContext,
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
    asked.cancel = true; // also after a refused cancel: bad-state may mean that an earlier cancel takes effect
    heartbeatNow({ executionId, asked: 'cancel', refusals });
    const againMs = refusals === 0 ? AGAIN_AFTER_MS : REFUSED_PAUSE_MS * 2 ** (refusals - 1);
    const withinMs = Math.min(againMs, AGAIN_AFTER_MS);
    const execution = await endSeen(profile, input, { before, withinMs }, signal);
    if (execution !== undefined) return { execution, stop: 'canceled' };
  }
}

/** The ended execution; undefined: the cancel must be sent again. */
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
 * Reads the execution by id, or in the list of its job if it is not found by id. If it is in neither, the read is
 * repeated for `maxListingDelayMs`: the service has returned the id, so it may lag.
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

/** The execution before the first cancel of an attempt; undefined: it was not read, or the read failed. */
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

/** Undefined also if the job is not found. */
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

/** The ended execution, by the hub; undefined: it has not ended in time, or its status changed otherwise. */
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
  // After the wait has begun: the hub ignores an execution without a waiter.
  profile.hub.nudge(target.jobId, target.executionId);
  try {
    const late = pause(ms, both).then(() => undefined);
    return (await Promise.race([end, late, changed]))?.execution;
  } finally {
    over.abort(new Error('the stop has ended'));
    await end.catch(() => undefined);
  }
}

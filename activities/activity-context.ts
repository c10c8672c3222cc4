import { Context } from '@temporalio/activity';
import type { DataFlowCallError } from '../client/errors.js';
import { FAILURES, type FailureType } from '../contract/failures.js';
import { type Repetition, type About, toFailure } from './failure.js';
import { isPermanent } from '../contract/failures.js';
import { retryDelayMs, type Retried } from './retry-delay.js';
import {
  type ActivityCancellationDetails,
  ApplicationFailure,
  ApplicationFailureCategory,
} from '@temporalio/common';

/** Heartbeat of the short acts; their heartbeat timeout is 10 s. */
export const BEAT_MS = 2_500;

/**
 * Fraction of the heartbeat timeout between two heartbeats of a long activity: two fit in, so one lost heartbeat does
 * not count as a dead worker.
 */
const SILENT_PART = 0.4;
/** Pause between heartbeats if no heartbeat timeout is set, as when other workflow code calls the activity. */
const DEFAULT_BEAT_MS = 30_000;

/**
 * Pause between two heartbeats of a long activity. Each heartbeat that reaches Temporal is a billable action, so they
 * are as rare as `waitHeartbeatTimeoutMs` allows.
 */
export const beatMsWithin = (
  heartbeatTimeoutMs: number | undefined,
  part: number = SILENT_PART,
): number => (heartbeatTimeoutMs === undefined ? DEFAULT_BEAT_MS : heartbeatTimeoutMs * part);

/** Interface of the running activity for its implementation. */
export interface ActivityContext {
  readonly signal: AbortSignal;
  readonly attempt: number;
  /** Sets the heartbeat details for the next heartbeats, without sending one: no Temporal action. */
  readonly remember: (details: unknown) => void;
  /** Sends these heartbeat details now and with every further heartbeat. */
  readonly note: (details: unknown) => void;
}

interface ActOptions {
  /** @default 'by-table' */
  readonly retries?: Retries;
}

/**
 * Runs an activity with heartbeats, the first after a pause: most activities are over by then, and each heartbeat is a
 * Temporal action. A local activity has none. Converts errors of the client into failures. A cancelled activity rethrows the SDK's
 * CancelledFailure. If the worker is stopping, the attempt fails with that reason, and another worker continues.
 */
export async function runActivity<Value>(
  about: About,
  beatMs: number,
  fn: (act: ActivityContext) => Promise<Value>,
  { retries = 'by-table' }: ActOptions = {},
): Promise<Value> {
  const context = Context.current();
  const { cancellationSignal: signal, info } = context;
  const kept = keepDetails(info.heartbeatDetails);
  const repetition = createRepetition(info, retries, kept);
  const beat = (): void => {
    if (!info.isLocal) context.heartbeat(kept.whole());
  };
  const note = (next: unknown): void => {
    kept.replace(next);
    beat();
  };
  const timer = setInterval(beat, beatMs);
  try {
    return await fn({
      signal,
      attempt: info.attempt,
      remember: (next) => {
        kept.replace(next);
      },
      note,
    });
  } catch (error) {
    // The proof about a POST must be reported, whatever else happens.
    if (signal.aborted && !(error instanceof ApplicationFailure)) {
      throw isLeft(context.cancellationDetails) ? handOverFailure() : signal.reason;
    }
    const failure = toFailure(error, about, repetition);
    if (failure instanceof ApplicationFailure && failure.nonRetryable !== true) beat();
    throw failure;
  } finally {
    clearInterval(timer);
  }
}

const isLeft = (details: ActivityCancellationDetails | undefined): boolean =>
  details?.workerShutdown === true && !details.cancelRequested;

/** Pause until another worker continues the work of a stopping one, independent of the number of attempts. */
const HAND_OVER_MS = 1_000;

/** As the SDK itself reports it, except for the pause: that of the retry policy doubles at each deploy. */
export const handOverFailure = (): ApplicationFailure =>
  ApplicationFailure.create({
    type: 'WorkerShutdown',
    message: 'This worker stops before it is done',
    nextRetryDelay: HAND_OVER_MS,
    category: ApplicationFailureCategory.BENIGN,
  });

/** Waits; rejects with the signal's reason when it aborts first. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** Answers of one kind so far, over all attempts of an activity. */
interface CountedAnswers {
  readonly failure: FailureType;
  readonly count: number;
}

/**
 * Heartbeat details, which an attempt leaves for the next one. An attempt that crashed leaves those it had last sent.
 */
export interface KeptDetails {
  /** All of it, to be sent with a heartbeat. */
  whole(): unknown;
  /** Replaces what the act itself keeps. */
  replace(details: unknown): void;
  /** A call failed: shows the error in the activity's details, and returns how many answers of this kind there were. */
  failed(failure: FailureType, message: string): number;
}

export function keepDetails(left: unknown): KeptDetails {
  let details = left;
  let answers = (left as { readonly answers?: CountedAnswers } | null | undefined)?.answers;
  return {
    whole: () => (answers === undefined ? details : { ...(details as object), answers }),
    replace: (next) => {
      details = next;
    },
    failed: (failure, message) => {
      details = { ...(details as object), lastError: message };
      answers = { failure, count: answers?.failure === failure ? answers.count + 1 : 1 };
      return answers.count;
    },
  };
}

/**
 * Which failed calls Temporal retries: by the failure table, or all but permanent failures (reconciling or a stop must
 * not end because keys are being rotated).
 */
export type Retries = 'by-table' | 'all-but-permanent';

/**
 * Number of answers after which a failure that is retried `few` times is final. Answers count, not attempts: an outage
 * or deploys may cost many attempts.
 */
const FEW = 3;

/** What to do about failed calls of this attempt, which has just begun. */
export function createRepetition(
  info: Retried,
  retries: Retries,
  kept: KeptDetails,
): (error: DataFlowCallError) => Repetition {
  const beganMs = performance.now();
  return (error) => {
    const count = kept.failed(error.failure, error.message);
    const delayMs = retryDelayMs(info, performance.now() - beganMs, error.retryAfterMs);
    return { isFinal: isFinal(error, retries, count), delayMs };
  };
}

function isFinal(error: DataFlowCallError, retries: Retries, count: number): boolean {
  if (retries === 'all-but-permanent') return isPermanent(error);
  const { retry } = FAILURES[error.failure];
  return retry === 'no' || (retry === 'few' && count >= FEW);
}

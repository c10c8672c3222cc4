import { Context } from '@temporalio/activity';
import type { DataFlowCallError } from '../client/errors.js';
import { FAILURES, type FailureType, isPermanent } from '../contract/failures.js';
import { type Repetition, type About, toFailure } from './failure.js';
import { retryDelayMs, type Retried } from './retry-delay.js';
import {
  type ActivityCancellationDetails,
  ApplicationFailure,
  ApplicationFailureCategory,
} from '@temporalio/common';

/** Pause between heartbeats of running activities, whose heartbeat timeout is 10 s. */
export const BEAT_MS = 2_500;

/** The running activity, for its implementation. */
export interface ActivityContext {
  readonly signal: AbortSignal;
  readonly attempt: number;
  /** Sets the details of the next heartbeats. Sends none, so it is no Temporal action. */
  readonly setHeartbeatDetails: (details: unknown) => void;
  /** Sets the details of the heartbeats, and sends one now. */
  readonly heartbeatNow: (details: unknown) => void;
}

interface ActOptions {
  /** @default 'by-table' */
  readonly retries?: Retries;
}

/**
 * * Runs an activity with heartbeats. The first one comes after a pause: most activities have ended by then, and each
 * * heartbeat is a Temporal action. A local activity sends none. Errors of the client become failures. * @throws the
 * SDK's CancelledFailure if the activity is cancelled; a retryable failure if the worker stops
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
  const heartbeatNow = (next: unknown): void => {
    kept.replace(next);
    beat();
  };
  const timer = setInterval(beat, beatMs);
  try {
    return await fn({
      signal,
      attempt: info.attempt,
      setHeartbeatDetails: (next) => {
        kept.replace(next);
      },
      heartbeatNow,
    });
  } catch (error) {
    // A failure of ours may prove what became of a POST, so it is reported also after a cancel.
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

/** Pause until another worker continues, whatever the number of attempts. */
const HAND_OVER_MS = 1_000;

/** As the SDK reports it, but with a fixed pause: that of the retry policy doubles with each deploy. */
export const handOverFailure = (): ApplicationFailure =>
  ApplicationFailure.create({
    type: 'WorkerShutdown',
    message: 'The worker is shutting down; another worker continues',
    nextRetryDelay: HAND_OVER_MS,
    category: ApplicationFailureCategory.BENIGN,
  });

/** @throws the reason of the signal if it aborts first */
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

/** Consecutive error answers of one kind, over all attempts of an activity. */
interface CountedAnswers {
  readonly failure: FailureType;
  readonly count: number;
}

/** Heartbeat details, which the next attempt reads. After a crash it reads those that were sent last. */
export interface KeptDetails {
  /** All details, for a heartbeat. */
  whole(): unknown;
  /** Replaces the details of the activity itself. */
  replace(details: unknown): void;
  /** Records a failed call. Returns the number of consecutive answers of this kind. */
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
 * Failed calls that Temporal retries: by the failure table, or all but permanent failures (reconciling or a stop must
 * not end because keys are being rotated).
 */
export type Retries = 'by-table' | 'all-but-permanent';

/**
 * Number of answers after which a failure that is retried `few` times is final. Attempts are not counted: outages and
 * deploys may take many.
 */
const FEW = 3;

/** Decides about the failed calls of an attempt that has just begun. */
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

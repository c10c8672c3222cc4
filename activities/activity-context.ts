import { type Info, activityInfo, Context } from '@temporalio/activity';
import type { DataFlowCallError } from '../client/errors.js';
import { FAILURES, type FailureType } from '../contract/failures.js';
import { isPermanent, type Repetition, type About, toFailure } from './failure.js';
import { retryDelayMs } from './retry-delay.js';
import {
  type ActivityCancellationDetails,
  ApplicationFailure,
  ApplicationFailureCategory,
} from '@temporalio/common';

/** Heartbeat of the short acts; their heartbeat timeout is 10 s. */
export const BEAT_MS = 2_500;

/** Of its heartbeat timeout a resident act is silent for this part. Two beats fit in, so that one lost beat is no dead worker. */
const SILENT_PART = 0.4;
/** Where no heartbeat timeout is set, as when the activity is called by somebody else. */
const DEFAULT_BEAT_MS = 30_000;

/**
 * Pause between two beats of an act that stays for long. Each beat that reaches Temporal is an action there, so beats are
 * as rare as the time until another worker takes over (`waitHeartbeatTimeoutMs`) allows.
 */
export const beatMsWithin = (heartbeatTimeoutMs: number | undefined): number =>
  heartbeatTimeoutMs === undefined ? DEFAULT_BEAT_MS : heartbeatTimeoutMs * SILENT_PART;

export const residentBeatMs = (): number => beatMsWithin(activityInfo().heartbeatTimeoutMs);

/** What an act may ask of the activity that it runs in. */
export interface ActivityContext {
  readonly signal: AbortSignal;
  readonly attempt: number;
  /** Keeps this as heartbeat details for the next beats: no beat of its own, so no Temporal action. */
  readonly remember: (details: unknown) => void;
  /** Sends this as heartbeat details, now and with every further beat. */
  readonly note: (details: unknown) => void;
}

interface ActOptions {
  /** @default 'by-table' */
  readonly retries?: Retries;
}

/**
 * Runs an act with heartbeats, the first after a pause: most acts are over by then, and each beat is a Temporal action.
 * Turns errors of the client into failures. An act that was interrupted rethrows the SDK's own CancelledFailure; one that
 * its worker leaves because that stops says so, and another worker goes on.
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
    context.heartbeat(kept.whole());
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
    // What is proven of a POST must be told, whatever else happens.
    if (signal.aborted && !(error instanceof ApplicationFailure)) {
      throw isLeft(context.cancellationDetails) ? handOver() : signal.reason;
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

/** How soon another worker goes on with what a stopping one leaves, however often that has happened before. */
const HAND_OVER_MS = 1_000;

/** As the SDK reports it by itself, but for the pause: by the retry policy that doubles at each deploy. */
const handOver = (): ApplicationFailure =>
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

/** What an attempt leaves to the next one: its heartbeat details. Attempts that a crash took with them leave them as they were. */
export interface KeptDetails {
  /** All of it, to be sent with a heartbeat. */
  whole(): unknown;
  /** Replaces what the act itself keeps. */
  replace(details: unknown): void;
  /** A call failed: told to whoever looks at the activity, and counted: how many answers of this kind there were. */
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
 * Which failed calls Temporal repeats: those that the failure table says, or all but permanent failures (a look or a stop
 * must not be given up because keys are being rotated).
 */
export type Retries = 'by-table' | 'all-but-permanent';

/** So many answers that mean a failure which is repeated `few` times are final. Attempts do not count: an outage or deploys may cost many. */
const FEW = 3;

/** What to do about failed calls of this attempt, which has just begun. */
export function createRepetition(
  info: Info,
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

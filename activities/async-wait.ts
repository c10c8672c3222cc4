import { activityInfo, CompleteAsyncError, type Info } from '@temporalio/activity';
import {
  ActivityCancelledError,
  ActivityCompletionError,
  ActivityNotFoundError,
  ActivityPausedError,
  ActivityResetError,
  type AsyncCompletionOperationOptions,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { outsideOfCallers } from '../polling/clock.js';
import {
  createRepetition,
  handOverFailure,
  keepDetails,
  type KeptDetails,
  type Retries,
  runActivity,
} from './activity-context.js';
import { type About, toFailure } from './failure.js';
import type { AsyncWaits, HeldWait, WorkerWaits } from './worker-waits.js';

/**
 * Waits without an activity slot. An activity that waits for long registers here and ends with `CompleteAsyncError`,
 * which frees its slot. The wait sends heartbeats and the completion by the task token, through the client of the
 * worker. docs/design.md ("Waits take no slot") describes what happens when a process or a connection is lost.
 */

/** The wait, for its implementation. It does not run in the async context of the activity. */
export interface WaitContext {
  /** Aborts when the wait must end, and after it has ended. */
  readonly signal: AbortSignal;
  readonly info: AttemptInfo;
  /** Sets the details of the next heartbeats. Sends none, so it is no Temporal action. */
  readonly setHeartbeatDetails: (details: unknown) => void;
}

/** The part of the activity's `Info` that a wait keeps in memory. The rest holds the inputs. */
export type AttemptInfo = Pick<
  Info,
  | 'attempt'
  | 'heartbeatDetails'
  | 'heartbeatTimeoutMs'
  | 'retryPolicy'
  | 'scheduleToCloseTimeoutMs'
  | 'scheduledTimestampMs'
  | 'currentAttemptScheduledTimestampMs'
>;

type Interruption =
  | 'canceled'
  /** Temporal no longer knows this attempt: the workflow is closed, the attempt timed out, or another one runs. */
  | 'gone'
  | 'paused'
  | 'reset'
  | 'worker-stops';

/** End of an attempt, to be reported to Temporal. */
type AttemptEnd =
  | { readonly kind: 'completed'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly failure: unknown; readonly keepsDetails: boolean }
  | { readonly kind: 'canceled' }
  /** Nothing is reported: Temporal would refuse it. */
  | { readonly kind: 'gone' };

/** Pause after a failed call to Temporal. It doubles up to the maximum. */
const MIN_REPEAT_MS = 500;
const MAX_REPEAT_MS = 10_000;
/**
 * Longest pause between two heartbeats, as a part of the heartbeat timeout. The rest of the timeout is for repeating
 * one that failed.
 */
const BEAT_PART = 0.6;
/** Pause between heartbeats without a heartbeat timeout, as when workflow code of the user calls the activity. */
const DEFAULT_BEAT_MS = 30_000;
/** Pause before a failed heartbeat is repeated, as a part of the heartbeat timeout. */
const REPEAT_PART = 0.1;
/** Each pause is shortened by up to this part, so that waits that began together do not send together. */
const JITTER_PART = 0.2;

interface RunWaitOptions {
  /** @default 'by-table' */
  readonly retries?: Retries;
}

/**
 * * Runs an activity that waits for long, without a slot. Without a client of the worker (in a test environment) it
 * runs as * an ordinary activity, with a slot. * @throws CompleteAsyncError when the wait has begun
 */
export async function runWait<Value>(
  waits: AsyncWaits,
  about: About,
  fn: (context: WaitContext) => Promise<Value>,
  { retries = 'by-table' }: RunWaitOptions = {},
): Promise<Value> {
  const info = activityInfo();
  const worker = waits.ofCurrentWorker();
  if (worker === undefined) {
    return runActivity(
      about,
      heartbeatPauseMs(info.heartbeatTimeoutMs, Math.random()),
      async ({ signal, setHeartbeatDetails }) => {
        const over = new AbortController();
        const both = AbortSignal.any([signal, over.signal]);
        try {
          return await fn({ signal: both, info, setHeartbeatDetails });
        } finally {
          over.abort(OVER);
        }
      },
      { retries },
    );
  }
  if (worker.isStopping) throw handOverFailure();
  // A promise that is made inside the activity's context would keep that context, and the whole task, in memory.
  outsideOfCallers(() => void new AsyncWait(worker, info).run(about, fn, retries));
  throw new CompleteAsyncError();
}

const OVER = new Error('the wait has ended');

/**
 * * Pause before the next heartbeat, or before a failed one is repeated. * @param random from 0 to below 1 * @param
 * part of the heartbeat timeout
 */
export const heartbeatPauseMs = (
  heartbeatTimeoutMs: number | undefined,
  random: number,
  part: number = BEAT_PART,
): number =>
  (heartbeatTimeoutMs === undefined ? DEFAULT_BEAT_MS : heartbeatTimeoutMs * part) *
  (1 - JITTER_PART * random);

/** One attempt of an activity that is completed by its task token. */
class AsyncWait implements HeldWait {
  readonly isOver: Promise<void>;
  readonly #worker: WorkerWaits;
  readonly #info: AttemptInfo;
  /** A copy. The SDK's token is a view of the whole task, which would stay in memory. */
  readonly #token: Uint8Array;
  readonly #options: AsyncCompletionOperationOptions;
  readonly #kept: KeptDetails;
  readonly #ending = new AbortController();
  #interruption: Interruption | undefined;
  /** There are details that Temporal does not have yet. */
  #hasUnsentDetails = false;
  #timer: NodeJS.Timeout | undefined;
  #wake: (() => void) | undefined;
  #end: () => void = () => undefined;

  constructor(worker: WorkerWaits, info: Info) {
    this.#worker = worker;
    this.#token = Uint8Array.from(info.taskToken);
    this.#options = callOptions(info);
    this.#info = attemptInfo(info);
    this.#kept = keepDetails(info.heartbeatDetails);
    this.isOver = new Promise((resolve) => {
      this.#end = resolve;
    });
    worker.held.add(this);
  }

  async run<Value>(
    about: About,
    fn: (context: WaitContext) => Promise<Value>,
    retries: Retries,
  ): Promise<void> {
    const repetition = createRepetition(this.#info, retries, this.#kept);
    this.#beatIn(this.#beatMs(BEAT_PART));
    let end: AttemptEnd;
    try {
      const result = await fn({
        signal: this.#ending.signal,
        info: this.#info,
        setHeartbeatDetails: (details) => {
          this.#kept.replace(details);
          this.#hasUnsentDetails = true;
        },
      });
      end = this.#interruption === 'gone' ? { kind: 'gone' } : { kind: 'completed', result };
    } catch (error) {
      end = this.#endOf(error, about, repetition);
    }
    clearTimeout(this.#timer);
    this.#ending.abort(OVER);
    await this.#deliver(end);
    this.#worker.held.delete(this);
    this.#end();
  }

  leave(): void {
    this.#interrupt('worker-stops');
    this.#wake?.();
  }

  #interrupt(interruption: Interruption): void {
    if (this.#interruption !== undefined || this.#ending.signal.aborted) return;
    this.#interruption = interruption;
    clearTimeout(this.#timer);
    this.#ending.abort(new Error(`the wait ends: ${interruption}`));
  }

  #endOf(
    error: unknown,
    about: About,
    repetition: ReturnType<typeof createRepetition>,
  ): AttemptEnd {
    const interruption = this.#interruption;
    if (interruption === 'gone') return { kind: 'gone' };
    if (interruption !== undefined && !(error instanceof ApplicationFailure)) {
      return endBy(interruption);
    }
    const failure = toFailure(error, about, repetition);
    this.#hasUnsentDetails = true; // the count of answers, from which the next attempt continues
    const keepsDetails = !(failure instanceof ApplicationFailure && failure.nonRetryable === true);
    return { kind: 'failed', failure, keepsDetails };
  }

  #beatMs(part: number): number {
    return heartbeatPauseMs(this.#info.heartbeatTimeoutMs, Math.random(), part);
  }

  #beatIn(ms: number): void {
    if (this.#ending.signal.aborted) return;
    this.#timer = setTimeout(() => void this.#beat(), ms);
  }

  async #beat(): Promise<void> {
    try {
      await this.#worker.heartbeats.run(() => this.#sendDetails());
      this.#beatIn(this.#beatMs(BEAT_PART));
    } catch (error) {
      const interruption = interruptionOf(error);
      if (interruption === undefined) {
        this.#worker.callFailed('a heartbeat', error);
        this.#beatIn(Math.min(this.#beatMs(REPEAT_PART), MAX_REPEAT_MS));
      } else {
        this.#interrupt(interruption);
      }
    }
  }

  async #sendDetails(): Promise<void> {
    const details = this.#kept.whole();
    this.#hasUnsentDetails = false;
    try {
      await this.#worker.call((activity) =>
        activity.heartbeat(this.#token, details, this.#options),
      );
    } catch (error) {
      this.#hasUnsentDetails ||= interruptionOf(error) === undefined; // an interruption is an answer, so Temporal has them
      throw error;
    }
  }

  /**
   * Repeats the report until Temporal has taken it, or no longer knows the attempt. In that case another attempt
   * runs.
   */
  async #deliver(end: AttemptEnd): Promise<void> {
    let reported = end;
    let pauseMs = MIN_REPEAT_MS;
    while (reported.kind !== 'gone' && !this.#worker.isOver) {
      try {
        const now = reported;
        await this.#worker.ends.run(() => this.#report(now));
        return;
      } catch (error) {
        if (error instanceof ActivityNotFoundError) return;
        this.#worker.callFailed('the end', error);
        // The data converter refused the result. A failure is reported in its place.
        if (reported.kind === 'completed' && !(error instanceof ActivityCompletionError)) {
          reported = { kind: 'failed', failure: error, keepsDetails: false };
        }
        await this.#pause(pauseMs * (1 - JITTER_PART * Math.random()));
        pauseMs = Math.min(pauseMs * 2, MAX_REPEAT_MS);
      }
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #report(end: AttemptEnd): Promise<void> {
    const { call } = this.#worker;
    switch (end.kind) {
      case 'completed':
        return call((activity) => activity.complete(this.#token, end.result, this.#options));
      case 'canceled':
        return call((activity) =>
          activity.reportCancellation(this.#token, undefined, this.#options),
        );
      case 'failed':
        // A failure that is reported by token has no heartbeat details, so they are sent before it.
        if (this.#hasUnsentDetails && end.keepsDetails) await this.#sendDetails().catch(refuseGone);
        return call((activity) => activity.fail(this.#token, end.failure, this.#options));
      case 'gone':
        return;
    }
  }
}

/** Payloads are converted as by the worker: a codec may bind them to the ids of the activity. */
const callOptions = ({
  namespace,
  workflowExecution,
  activityId,
}: Info): AsyncCompletionOperationOptions => ({
  serializationContext: {
    ...{ type: 'activity', namespace, activityId, isLocal: false },
    ...(workflowExecution !== undefined && { workflowId: workflowExecution.workflowId }),
  },
});

const attemptInfo = (info: Info): AttemptInfo => ({
  attempt: info.attempt,
  heartbeatDetails: info.heartbeatDetails as unknown,
  ...(info.heartbeatTimeoutMs !== undefined && { heartbeatTimeoutMs: info.heartbeatTimeoutMs }),
  ...(info.retryPolicy !== undefined && { retryPolicy: info.retryPolicy }),
  scheduleToCloseTimeoutMs: info.scheduleToCloseTimeoutMs,
  scheduledTimestampMs: info.scheduledTimestampMs,
  currentAttemptScheduledTimestampMs: info.currentAttemptScheduledTimestampMs,
});

/** What the answer to a heartbeat requests; undefined: the call failed. */
function interruptionOf(error: unknown): Interruption | undefined {
  if (error instanceof ActivityCancelledError) return 'canceled';
  if (error instanceof ActivityNotFoundError) return 'gone';
  if (error instanceof ActivityPausedError) return 'paused';
  return error instanceof ActivityResetError ? 'reset' : undefined;
}

/**
 * Ignores an error of sending details, so that the end is reported all the same, unless Temporal no longer knows the
 * attempt.
 */
function refuseGone(error: unknown): void {
  if (error instanceof ActivityNotFoundError) throw error;
}

/** As the SDK ends a running activity. */
function endBy(interruption: Exclude<Interruption, 'gone'>): AttemptEnd {
  switch (interruption) {
    case 'canceled':
      return { kind: 'canceled' };
    case 'paused':
      return failedWith('Activity paused', 'ActivityPause');
    case 'reset':
      return failedWith('Activity reset', 'ActivityReset');
    case 'worker-stops':
      return { kind: 'failed', failure: handOverFailure(), keepsDetails: true };
  }
}

const failedWith = (message: string, type: string): AttemptEnd => ({
  kind: 'failed',
  failure: ApplicationFailure.retryable(message, type),
  keepsDetails: type === 'ActivityPause',
});

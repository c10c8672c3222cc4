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
  beatMsWithin,
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
 * Waits that are no running activities: an activity that waits for long registers here and ends with
 * `CompleteAsyncError`, which frees its slot. Heartbeats and the completion are sent by its task token, through the
 * client of its worker. docs/design.md says what happens when a process or a connection is lost.
 */

/** What a wait may use while it waits. It does not run in the async context of its activity. */
export interface WaitContext {
  /** Aborts when the wait must end, and when it is over. */
  readonly signal: AbortSignal;
  readonly info: AttemptInfo;
  /** Sets the heartbeat details for the next heartbeats, without sending one: no Temporal action. */
  readonly remember: (details: unknown) => void;
}

/** What a wait keeps of its activity's `Info`; the whole of it holds the inputs too. */
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

/** Why a wait ends before it has a result. */
type Interruption =
  /** The workflow asks for its cancellation. */
  | 'canceled'
  /** Temporal does not know this attempt any more: its workflow is closed, it timed out, or another attempt runs. */
  | 'gone'
  | 'paused'
  | 'reset'
  | 'worker-stops';

/** What Temporal is told about an attempt. */
type AttemptEnd =
  | { readonly kind: 'completed'; readonly result: unknown }
  | { readonly kind: 'failed'; readonly failure: unknown; readonly keepsDetails: boolean }
  | { readonly kind: 'canceled' }
  /** Nothing: Temporal would not take it. */
  | { readonly kind: 'gone' };

/** Pause after a failed call to Temporal: it doubles up to the longest. */
const MIN_REPEAT_MS = 500;
const MAX_REPEAT_MS = 10_000;
/**
 * Longest pause between two heartbeats, as a part of the heartbeat timeout. Its answer shows whether one arrived, and one
 * that did not is repeated soon: the rest of the timeout is there for that.
 */
const BEAT_PART = 0.6;
/** Pause until a heartbeat that failed is repeated, as a part of the heartbeat timeout. */
const REPEAT_PART = 0.1;
/** Heartbeats of waits that began together drift apart: each pause is shortened by up to this part. */
const JITTER_PART = 0.2;

interface RunWaitOptions {
  /** @default 'by-table' */
  readonly retries?: Retries;
}

/**
 * Runs an activity that waits for long, without a slot. Where the worker's client is unknown (a test environment) it
 * runs as any other activity does, with its slot.
 * @throws CompleteAsyncError when the wait has begun
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
      beatMsWithin(info.heartbeatTimeoutMs),
      async ({ signal, remember }) => {
        const over = new AbortController();
        const both = AbortSignal.any([signal, over.signal]);
        try {
          return await fn({ signal: both, info, remember });
        } finally {
          over.abort(OVER);
        }
      },
      { retries },
    );
  }
  if (worker.isStopping) throw handOverFailure();
  // All of it: a promise that is made here would keep the activity's context, and with it the whole task.
  outsideOfCallers(() => void new AsyncWait(worker, info).run(about, fn, retries));
  throw new CompleteAsyncError();
}

const OVER = new Error('the wait is over');

/**
 * Pause until the next heartbeat, or with another part until a failed one is repeated.
 * @param random from 0 to below 1
 */
export const heartbeatPauseMs = (
  heartbeatTimeoutMs: number | undefined,
  random: number,
  part: number = BEAT_PART,
): number => beatMsWithin(heartbeatTimeoutMs, part) * (1 - JITTER_PART * random);

/** One attempt of an activity that is completed by its task token. */
class AsyncWait implements HeldWait {
  readonly isOver: Promise<void>;
  readonly #worker: WorkerWaits;
  readonly #info: AttemptInfo;
  /** A copy: the SDK's is a part of the whole task, which would be kept with it. */
  readonly #token: Uint8Array;
  readonly #options: AsyncCompletionOperationOptions;
  readonly #kept: KeptDetails;
  readonly #ending = new AbortController();
  #interruption: Interruption | undefined;
  /** Details that Temporal does not have yet. */
  #hasNews = false;
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
        remember: (details) => {
          this.#kept.replace(details);
          this.#hasNews = true;
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
    this.#hasNews = true; // how often which answer came: the next attempt counts on
    const keepsDetails = !(failure instanceof ApplicationFailure && failure.nonRetryable === true);
    return { kind: 'failed', failure, keepsDetails };
  }

  /** A pause of up to this part of the heartbeat timeout. */
  #beatMs(part: number): number {
    return heartbeatPauseMs(this.#info.heartbeatTimeoutMs, Math.random(), part);
  }

  #beatIn(ms: number): void {
    if (this.#ending.signal.aborted) return;
    this.#timer = setTimeout(() => void this.#beat(), ms);
  }

  async #beat(): Promise<void> {
    try {
      await this.#worker.heartbeats.take(() => this.#sendDetails());
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
    this.#hasNews = false;
    try {
      await this.#worker.call((activity) =>
        activity.heartbeat(this.#token, details, this.#options),
      );
    } catch (error) {
      this.#hasNews ||= interruptionOf(error) === undefined; // else it has them
      throw error;
    }
  }

  /** Repeats until Temporal has taken the end, or does not know the attempt any more: then another one reads the status. */
  async #deliver(end: AttemptEnd): Promise<void> {
    let told = end;
    let pauseMs = MIN_REPEAT_MS;
    while (told.kind !== 'gone' && !this.#worker.isOver) {
      try {
        const now = told;
        await this.#worker.ends.take(() => this.#tell(now));
        return;
      } catch (error) {
        if (error instanceof ActivityNotFoundError) return;
        this.#worker.callFailed('the end', error);
        // The data converter refused the result; a failure can be told in its place.
        if (told.kind === 'completed' && !(error instanceof ActivityCompletionError)) {
          told = { kind: 'failed', failure: error, keepsDetails: false };
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

  async #tell(end: AttemptEnd): Promise<void> {
    const { call } = this.#worker;
    switch (end.kind) {
      case 'completed':
        return call((activity) => activity.complete(this.#token, end.result, this.#options));
      case 'canceled':
        return call((activity) =>
          activity.reportCancellation(this.#token, undefined, this.#options),
        );
      case 'failed':
        // A failure told by token carries no details: what the next attempt needs of them is sent before it.
        if (this.#hasNews && end.keepsDetails) await this.#sendDetails().catch(refuseGone);
        return call((activity) => activity.fail(this.#token, end.failure, this.#options));
      case 'gone':
        return;
    }
  }
}

/** As the worker itself converts the payloads of this activity: a codec may bind them to its ids. */
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

/** What the answer to a heartbeat asks for; undefined: nothing, or the call failed. */
function interruptionOf(error: unknown): Interruption | undefined {
  if (error instanceof ActivityCancelledError) return 'canceled';
  if (error instanceof ActivityNotFoundError) return 'gone';
  if (error instanceof ActivityPausedError) return 'paused';
  return error instanceof ActivityResetError ? 'reset' : undefined;
}

/** Details that could not be sent cost less than an end that is not told. */
function refuseGone(error: unknown): void {
  if (error instanceof ActivityNotFoundError) throw error;
}

/** As the SDK ends a running activity that was interrupted so. */
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

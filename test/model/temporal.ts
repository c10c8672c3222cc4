import {
  ActivityCancellationDetails,
  ActivityFailure,
  CancelledFailure,
  RetryState,
  TimeoutFailure,
  TimeoutType,
  defaultFailureConverter,
  defaultPayloadConverter,
} from '@temporalio/common';
import type { Activity } from '@temporalio/worker/lib/activity.js';
import type { ActivityName, Completion, ModelWorker } from './model-worker.js';
import type { Maker } from './maker.js';
import { throttled } from './throttled-beats.js';
import type { VirtualTime } from './virtual-time.js';

/** Timeouts and retries of an activity, as workflows/activities.ts gives them. */
export interface ActivityLimits {
  readonly scheduleToCloseMs?: number;
  readonly scheduleToStartMs?: number;
  readonly startToCloseMs?: number;
  readonly heartbeatMs: number;
  readonly firstBackoffMs: number;
  readonly backoffCoefficient: number;
  readonly longestBackoffMs: number;
  readonly maximumAttempts: number;
}

export interface Scheduled {
  readonly name: ActivityName;
  readonly input: unknown;
  readonly limits: ActivityLimits;
  readonly runId: string;
  readonly maker: Maker;
}

export type ActivityEnd = { readonly value: unknown } | { readonly error: ActivityFailure };

/** Delays of Temporal in ms, drawn anew each time. */
export interface Delays {
  readonly delivery: () => number;
  readonly report: () => number;
  /** Whether a frozen worker is given a task, which it then begins late. */
  readonly toFrozen: () => boolean;
  /** Whether a report of a worker that was cut off is made later, or lost. */
  readonly reportsLater: () => boolean;
  /** From the end of a local activity to the completion of its workflow task. */
  readonly hold: () => number;
}

/** Least time between two heartbeats of the SDK, as a part of their timeout. */
const THROTTLE = 0.8;

/** The server: activities from scheduling to close. */
export class Temporal {
  readonly time: VirtualTime;
  readonly workers: ModelWorker[] = [];
  readonly delays: Delays;
  /** Every activity ever scheduled, in order. */
  readonly activities: ServerActivity[] = [];
  /**
   * A submit that a worker had begun was reset, delivered again and not picked up, so its timeout tells that no
   * worker was given it. Server 1.29.1 does not deliver an activity with one attempt again.
   */
  hidSubmit = false;

  constructor(time: VirtualTime, delays: Delays) {
    this.time = time;
    this.delays = delays;
  }

  schedule(scheduled: Scheduled): ServerActivity {
    const activity = new ServerActivity(this, scheduled);
    this.activities.push(activity);
    return activity;
  }

  /** The next worker that polls for such tasks. */
  pollingWorker(tasks: 'activities' | 'workflows'): ModelWorker | undefined {
    const { nowMs } = this.time;
    const index = this.workers.findIndex(
      (worker) =>
        !worker.isDead &&
        (worker.hasActivities || tasks === 'workflows') &&
        worker.cutOffUntilMs <= nowMs &&
        (worker.frozenUntilMs <= nowMs || this.delays.toFrozen()),
    );
    const worker = this.workers[index];
    if (worker !== undefined) this.workers.push(...this.workers.splice(index, 1));
    return worker;
  }

  /** Message from a worker to the server. That of a worker that is cut off is lost or delayed. */
  send(worker: ModelWorker, isCompletion: boolean, act: () => void): void {
    const { time, delays } = this;
    const cutOffMs = worker.cutOffUntilMs - time.nowMs;
    if (cutOffMs <= 0) time.in(delays.report(), act);
    else if (isCompletion && delays.reportsLater()) time.in(cutOffMs + delays.report(), act);
  }
}

interface Attempt {
  readonly number: number;
  readonly worker: ModelWorker;
  activity: Activity | undefined;
  lastBeatMs: number;
  wasReset: boolean;
}

/** One activity on the server, over all its attempts. */
export class ServerActivity {
  readonly scheduled: Scheduled;
  readonly scheduledMs: number;
  readonly end: Promise<ActivityEnd>;
  readonly #temporal: Temporal;
  #settle: (end: ActivityEnd) => void = () => undefined;
  #isClosed = false;
  #isCancelRequested = false;
  #attempts = 0;
  #attempt: Attempt | undefined;
  #wasBegun = false;
  #attemptScheduledMs: number;
  #details: unknown;
  #lastFailure: Error | undefined;

  constructor(temporal: Temporal, scheduled: Scheduled) {
    this.scheduled = scheduled;
    this.#temporal = temporal;
    this.scheduledMs = temporal.time.nowMs;
    this.#attemptScheduledMs = this.scheduledMs;
    this.end = new Promise((resolve) => {
      this.#settle = resolve;
    });
    const { scheduleToCloseMs } = scheduled.limits;
    if (scheduleToCloseMs !== undefined) {
      temporal.time.in(scheduleToCloseMs, () => {
        this.#timeOut(TimeoutType.SCHEDULE_TO_CLOSE);
      });
    }
    this.#scheduleAttempt(1, 0);
  }

  get isRunning(): boolean {
    return !this.#isClosed && this.#attempt !== undefined;
  }

  /** TRY_CANCEL: the workflow continues at once. The worker learns of it by its next heartbeat. */
  cancel(): void {
    this.#isCancelRequested = true;
    this.#fail(RetryState.CANCEL_REQUESTED, new CancelledFailure('cancelled'));
  }

  /** The workflow run has ended by a reset. Reports of its attempts are ignored. */
  forget(): void {
    this.#isClosed = true;
  }

  /** Resets the activity: attempt 1 runs again at once, and the running attempt is ignored. */
  reset(): void {
    if (this.#isClosed) return;
    if (this.#attempt !== undefined) this.#attempt.wasReset = true;
    this.#attempt = undefined;
    this.#scheduleAttempt(1, 0);
  }

  #scheduleAttempt(number: number, inMs: number): void {
    const { time } = this.#temporal;
    const { scheduleToCloseMs = Infinity, scheduleToStartMs } = this.scheduled.limits;
    if (time.nowMs + inMs >= this.scheduledMs + scheduleToCloseMs) {
      this.#fail(RetryState.TIMEOUT, this.#lastFailure);
      return;
    }
    time.in(inMs, () => {
      if (this.#isClosed) return;
      this.#attempts = number;
      this.#attemptScheduledMs = time.nowMs;
      const scheduledMs = time.nowMs;
      if (scheduleToStartMs !== undefined) {
        time.in(scheduleToStartMs, () => {
          const waits = this.#attempt === undefined && this.#attemptScheduledMs === scheduledMs;
          if (waits) this.#timeOut(TimeoutType.SCHEDULE_TO_START);
        });
      }
      this.#offer(number, scheduledMs);
    });
  }

  /** Offers the task until a worker polls. */
  #offer(number: number, scheduledMs: number): void {
    this.#temporal.time.in(this.#temporal.delays.delivery(), () => {
      if (this.#isClosed || this.#attemptScheduledMs !== scheduledMs) return;
      const worker = this.#temporal.pollingWorker('activities');
      if (worker === undefined) {
        this.#temporal.time.in(500, () => {
          this.#offer(number, scheduledMs);
        });
      } else this.#start(number, worker);
    });
  }

  #start(number: number, worker: ModelWorker): void {
    const { time, delays } = this.#temporal;
    const attempt: Attempt = {
      number,
      worker,
      activity: undefined,
      lastBeatMs: time.nowMs,
      wasReset: false,
    };
    this.#attempt = attempt;
    this.#wasBegun = true;
    const { startToCloseMs, heartbeatMs } = this.scheduled.limits;
    if (startToCloseMs !== undefined) {
      time.in(startToCloseMs, () => {
        if (this.#attempt === attempt) this.#timeOut(TimeoutType.START_TO_CLOSE);
      });
    }
    this.#watchBeats(attempt, heartbeatMs);
    const scheduledMs = this.#attemptScheduledMs;
    time.note(`${this.scheduled.runId} ${this.scheduled.name} ${number} to ${worker.name}`);
    time.in(
      delays.report(),
      () => {
        this.#runOn(worker, attempt, scheduledMs);
      },
      worker,
    );
  }

  #runOn(worker: ModelWorker, attempt: Attempt, currentAttemptScheduledTimestampMs: number): void {
    const { name, input, runId, maker, limits } = this.scheduled;
    const { end, activity } = worker.run({
      name,
      input: JSON.parse(JSON.stringify(input)) as unknown,
      maker,
      info: {
        attempt: attempt.number,
        heartbeatDetails: this.#details,
        heartbeatTimeoutMs: limits.heartbeatMs,
        scheduledTimestampMs: this.scheduledMs,
        currentAttemptScheduledTimestampMs,
        workflowExecution: { workflowId: maker.workflow, runId },
      },
      beat: throttled(this.#temporal.time, limits.heartbeatMs * THROTTLE, worker, (details) => {
        this.#temporal.send(worker, false, () => {
          this.#beat(attempt, details);
        });
      }),
    });
    attempt.activity = activity;
    void end.then((completion) => {
      this.#temporal.send(worker, true, () => {
        this.#complete(attempt, completion);
      });
    });
  }

  #watchBeats(attempt: Attempt, heartbeatMs: number): void {
    const { time } = this.#temporal;
    time.in(attempt.lastBeatMs + heartbeatMs - time.nowMs, () => {
      if (this.#isClosed || this.#attempt !== attempt) return;
      if (time.nowMs - attempt.lastBeatMs >= heartbeatMs) this.#timeOut(TimeoutType.HEARTBEAT);
      else this.#watchBeats(attempt, heartbeatMs);
    });
  }

  #beat(attempt: Attempt, details: unknown): void {
    const { time, delays } = this.#temporal;
    const isCurrent = !this.#isClosed && this.#attempt === attempt;
    if (isCurrent) {
      attempt.lastBeatMs = time.nowMs;
      this.#details = details;
      return;
    }
    const { worker, activity, wasReset } = attempt;
    if (activity === undefined) return;
    time.in(
      delays.report(),
      () => {
        const why = wasReset ? { reset: true } : { notFound: !this.#isCancelRequested };
        worker.cancel(
          activity,
          wasReset || this.#isCancelRequested ? 'CANCELLED' : 'NOT_FOUND',
          new ActivityCancellationDetails({ cancelRequested: this.#isCancelRequested, ...why }),
        );
      },
      worker,
    );
  }

  #complete(attempt: Attempt, { completed, failed, cancelled }: Completion): void {
    if (this.#isClosed || this.#attempt !== attempt) return;
    if (completed?.result) {
      this.#close({ value: defaultPayloadConverter.fromPayload(completed.result) });
      return;
    }
    const failure = failed?.failure ?? cancelled?.failure;
    if (!failure) throw new Error('an activity reported neither result nor failure');
    const error = defaultFailureConverter.failureToError(failure, defaultPayloadConverter);
    const { nonRetryable, nextRetryDelay } = failure.applicationFailureInfo ?? {};
    const delayMs = nextRetryDelay
      ? Number(nextRetryDelay.seconds ?? 0) * 1_000 + (nextRetryDelay.nanos ?? 0) / 1e6
      : undefined;
    if (nonRetryable === true) this.#fail(RetryState.NON_RETRYABLE_FAILURE, error);
    else this.#tryAgain(error, delayMs);
  }

  #timeOut(type: TimeoutType): void {
    if (this.#isClosed) return;
    const error = new TimeoutFailure(`activity ${type} timeout`, this.#details, type);
    const isFinal =
      type === TimeoutType.SCHEDULE_TO_CLOSE || type === TimeoutType.SCHEDULE_TO_START;
    if (type === TimeoutType.SCHEDULE_TO_START && this.#wasBegun) this.#temporal.hidSubmit = true;
    if (isFinal) this.#fail(RetryState.TIMEOUT, error);
    else this.#tryAgain(error, undefined);
  }

  #tryAgain(error: Error, delayMs: number | undefined): void {
    this.#attempt = undefined;
    this.#lastFailure = error;
    const { maximumAttempts, firstBackoffMs, backoffCoefficient, longestBackoffMs } =
      this.scheduled.limits;
    if (this.#attempts >= maximumAttempts) {
      this.#fail(RetryState.MAXIMUM_ATTEMPTS_REACHED, error);
      return;
    }
    const backoffMs = firstBackoffMs * backoffCoefficient ** (this.#attempts - 1);
    this.#scheduleAttempt(this.#attempts + 1, delayMs ?? Math.min(backoffMs, longestBackoffMs));
  }

  #fail(state: RetryState, cause: Error | undefined): void {
    const { name } = this.scheduled;
    const error = new ActivityFailure('activity failed', name, 'model', state, undefined, cause);
    this.#close({ error });
  }

  #close(end: ActivityEnd): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#attempt = undefined;
    this.#settle(end);
  }
}

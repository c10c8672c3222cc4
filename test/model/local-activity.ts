import {
  ActivityCancellationDetails,
  ActivityFailure,
  ApplicationFailure,
  RetryState,
  TimeoutFailure,
  TimeoutType,
  defaultFailureConverter,
  defaultPayloadConverter,
} from '@temporalio/common';
import type { Completion, ModelWorker } from './model-worker.js';
import type { ActivityEnd, Scheduled, Temporal } from './temporal.js';

/** Failure of a local activity that the worker has not registered. */
const UNREGISTERED = ApplicationFailure.retryable('not registered', 'NotFoundError');

/** Default workflowTaskTimeout. */
const TASK_MS = 10_000;

export interface ScheduledLocally extends Omit<Scheduled, 'limits'> {
  readonly scheduleToCloseMs: number;
}

/**
 * A local activity. It runs in a workflow task. The server has its result only when the worker completes that task.
 * Otherwise another worker is given the task and runs it anew.
 */
export class LocalActivity {
  readonly end: Promise<ActivityEnd>;
  readonly #temporal: Temporal;
  readonly #scheduled: ScheduledLocally;
  #settle: (end: ActivityEnd) => void = () => undefined;
  #isClosed = false;
  /** The workflow task that the server waits for. */
  #task: object | undefined;

  /** @param worker has the workflow task; undefined: no worker polls */
  constructor(temporal: Temporal, scheduled: ScheduledLocally, worker: ModelWorker | undefined) {
    this.#temporal = temporal;
    this.#scheduled = scheduled;
    this.end = new Promise((resolve) => {
      this.#settle = resolve;
    });
    if (worker === undefined) this.#again(500);
    else this.#begin(worker);
  }

  /** The workflow run has ended by a reset. */
  forget(): void {
    this.#isClosed = true;
  }

  #again(inMs: number): void {
    this.#temporal.time.in(inMs, () => {
      if (this.#isClosed) return;
      const worker = this.#temporal.pollingWorker('workflows');
      if (worker === undefined) this.#again(500);
      else this.#begin(worker);
    });
  }

  #begin(worker: ModelWorker): void {
    const { time, delays } = this.#temporal;
    const task = {};
    this.#task = task;
    time.note(`${this.#scheduled.runId} ${this.#scheduled.name} locally on ${worker.name}`);
    time.in(TASK_MS, () => {
      if (this.#isClosed || this.#task !== task) return;
      time.note(`${this.#scheduled.runId} a workflow task of ${worker.name} is given up`);
      this.#task = undefined;
      this.#again(delays.delivery());
    });
    time.in(
      delays.delivery(),
      () => {
        if (worker.hasActivities) this.#runOn(worker, task);
        else
          this.#complete(worker, task, {
            error: this.#failure(RetryState.MAXIMUM_ATTEMPTS_REACHED, UNREGISTERED),
          });
      },
      worker,
    );
  }

  #runOn(worker: ModelWorker, task: object): void {
    const { name, input, runId, maker, scheduleToCloseMs } = this.#scheduled;
    const { time } = this.#temporal;
    let isDecided = false;
    const decide = (end: ActivityEnd): void => {
      if (isDecided) return;
      isDecided = true;
      this.#complete(worker, task, end);
    };
    const { end, activity } = worker.run({
      name,
      input: JSON.parse(JSON.stringify(input)) as unknown,
      maker,
      info: {
        isLocal: true,
        attempt: 1,
        scheduledTimestampMs: time.nowMs,
        currentAttemptScheduledTimestampMs: time.nowMs,
        scheduleToCloseTimeoutMs: scheduleToCloseMs,
        workflowExecution: { workflowId: maker.workflow, runId },
      },
      beat: () => {
        throw new Error('a local activity has no heartbeats');
      },
    });
    const timeOut = (): void => {
      const cause = new TimeoutFailure('local activity', undefined, TimeoutType.SCHEDULE_TO_CLOSE);
      decide({ error: this.#failure(RetryState.TIMEOUT, cause) });
      const details = new ActivityCancellationDetails({ timedOut: true });
      worker.cancel(activity, 'TIMED_OUT', details);
    };
    const stop = time.timer(scheduleToCloseMs, timeOut, worker);
    void end.then((completion) => {
      stop();
      decide(this.#endOf(completion));
    });
  }

  #endOf({ completed, failed, cancelled }: Completion): ActivityEnd {
    if (completed?.result) return { value: defaultPayloadConverter.fromPayload(completed.result) };
    const failure = failed?.failure ?? cancelled?.failure;
    if (!failure) throw new Error('a local activity reported neither result nor failure');
    const cause = defaultFailureConverter.failureToError(failure, defaultPayloadConverter);
    return { error: this.#failure(RetryState.MAXIMUM_ATTEMPTS_REACHED, cause) };
  }

  #failure(state: RetryState, cause: Error): ActivityFailure {
    const { name } = this.#scheduled;
    return new ActivityFailure('activity failed', name, 'model', state, undefined, cause);
  }

  /** The worker completes the task, perhaps later: another local activity may delay it. */
  #complete(worker: ModelWorker, task: object, end: ActivityEnd): void {
    const { time, delays } = this.#temporal;
    const arrive = (): void => {
      if (this.#isClosed || this.#task !== task) return;
      this.#isClosed = true;
      this.#settle(end);
    };
    time.in(
      delays.hold(),
      () => {
        this.#temporal.send(worker, true, arrive);
      },
      worker,
    );
  }
}

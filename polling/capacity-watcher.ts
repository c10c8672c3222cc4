import type { DataFlowClient } from '../client/client.js';
import { type FailureType, isPermanent } from '../contract/failures.js';
import { isTerminal } from '../contract/job.js';
import { toCallFailure } from './call-failure.js';
import { outsideOfCallers, type PollClock, systemClock } from './clock.js';
import type { NewestReader } from './newest-executions.js';
import { backoffMs, longestRestMs, type PollBounds } from './poll-interval.js';

/** Waits until a job may have another execution. All waits for one job share their reads. */
export interface CapacityWatcher {
  /**
   * * Resolves with the number of running executions, once the job may have another one. Failed reads are repeated.
   * Rejects * if the job does not exist, if the service has refused the keys for ten minutes (ten times `maxPollMs`,
   * if that is less) * without a successful read, and with the reason of the signal.
   */
  free(jobId: string, options: FreeOptions): Promise<number>;
}

export interface FreeOptions {
  readonly signal: AbortSignal;
  /** Called after each read; undefined: it succeeded. */
  readonly onRead?: (lastError: string | undefined) => void;
}

interface Waiter {
  readonly registeredMs: number;
  readonly onRead: (lastError: string | undefined) => void;
  readonly resolve: (active: number) => void;
  readonly reject: (error: Error) => void;
}

export interface CapacityWatcherOptions {
  readonly client: DataFlowClient;
  readonly newest: NewestReader;
  readonly settings: PollBounds;
  readonly clock?: PollClock;
}

interface Watch {
  readonly waiters: Set<Waiter>;
  /** Ends the pause between two reads. */
  wake: () => void;
}

/** Growth of the pause between two reads while there is no capacity. */
const GROWTH = 1.5;

/** Failures of refused keys: temporary while keys are rotated, permanent once they are removed. */
const REFUSED: readonly FailureType[] = ['DataFlowUnauthenticated', 'DataFlowForbidden'];
/** Refusals for this many longest pauses count as permanent. */
const REFUSED_FOR_PAUSES = 10;

class SharedCapacityWatcher implements CapacityWatcher {
  readonly #options: Required<CapacityWatcherOptions>;
  readonly #jobs = new Map<string, Watch>();

  constructor({ clock = systemClock, ...options }: CapacityWatcherOptions) {
    this.#options = { ...options, clock };
  }

  free(jobId: string, { signal, onRead = () => undefined }: FreeOptions): Promise<number> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const watch = this.#jobs.get(jobId) ?? { waiters: new Set(), wake: () => undefined };
      const leave = (): void => {
        watch.waiters.delete(waiter);
        signal.removeEventListener('abort', onAbort);
        // Ends the pause, whose timer would keep a stopping process alive.
        if (watch.waiters.size === 0) watch.wake();
      };
      const waiter: Waiter = {
        registeredMs: this.#options.clock.nowMs(),
        onRead,
        resolve: (active) => {
          leave();
          resolve(active);
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      };
      const onAbort = (): void => {
        waiter.reject(signal.reason as Error);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      watch.waiters.add(waiter);
      if (this.#jobs.has(jobId)) return;
      this.#jobs.set(jobId, watch);
      outsideOfCallers(() => void this.#watch(jobId, watch));
    });
  }

  /** Reads while there are waiters. Capacity goes to those that have waited longest. */
  async #watch(jobId: string, watch: Watch): Promise<void> {
    const { settings } = this.#options;
    const { waiters } = watch;
    let pauseMs = settings.minPollMs;
    let failures = 0;
    let refusedSinceMs: number | undefined;
    while (waiters.size > 0) {
      try {
        const { active, room } = await this.#read(jobId);
        refusedSinceMs = undefined;
        for (const { onRead } of [...waiters]) onRead(undefined);
        for (const waiter of [...waiters].slice(0, Math.max(0, room))) waiter.resolve(active);
        failures = 0;
        pauseMs =
          room > 0 ? settings.minPollMs : Math.min(pauseMs * GROWTH, longestRestMs(settings));
      } catch (error) {
        failures += 1;
        const { failure, message, retryAfterMs } = toCallFailure(error);
        if (failure !== undefined && REFUSED.includes(failure)) {
          refusedSinceMs ??= this.#options.clock.nowMs();
        }
        for (const waiter of [...waiters]) {
          waiter.onRead(message);
          if (this.#isHopeless(failure, refusedSinceMs, waiter)) waiter.reject(error as Error);
        }
        pauseMs = Math.max(retryAfterMs ?? 0, backoffMs(failures, settings));
      }
      if (waiters.size > 0) await this.#pause(watch, pauseMs);
    }
    this.#jobs.delete(jobId);
  }

  /** Whether this waiter must be rejected. */
  #isHopeless(
    failure: FailureType | undefined,
    refusedSinceMs: number | undefined,
    { registeredMs }: Waiter,
  ): boolean {
    if (isPermanent({ failure })) return true;
    if (failure === undefined || !REFUSED.includes(failure)) return false;
    const { clock, settings } = this.#options;
    const sinceMs = Math.max(refusedSinceMs ?? Infinity, registeredMs);
    return clock.nowMs() - sinceMs >= REFUSED_FOR_PAUSES * longestRestMs(settings);
  }

  async #pause(watch: Watch, ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.setTimer(resolve, ms);
      watch.wake = () => {
        cancel();
        resolve();
      };
    });
    watch.wake = () => undefined;
  }

  async #read(jobId: string): Promise<{ readonly active: number; readonly room: number }> {
    const { client, newest } = this.#options;
    const { output: job } = await client.call('getJobById', { jobId });
    const { rows } = await newest.read(jobId, { brief: true, priority: 'watch' });
    const active = rows.filter((row) => !isTerminal(row.status)).length;
    // Without maxConcurrentRuns one is assumed (NOTES §5.3).
    const most = job.status === 'RUNNING' ? active : (job.maxConcurrentRuns ?? 1);
    return { active, room: most - active };
  }
}

/** Makes no call before the first wait. */
export const createCapacityWatcher = (options: CapacityWatcherOptions): CapacityWatcher =>
  new SharedCapacityWatcher(options);

import { callWindow, freeAtMs, withStart } from './call-window.js';
import { outsideOfCallers, systemClock, type PollClock } from './clock.js';

/** Who goes first when calls queue: `urgent` is for what changes something (execute, cancel). */
export type Urgency = 'urgent' | 'usual';

/** The calls that one profile may make per second, shared by all its callers in this process. */
export interface CallBudget {
  /**
   * Resolves when one call may start; start it then. First come, first served, urgent ones before the rest.
   * Rejects with the signal's reason when that aborts first, and leaves the queue.
   */
  take(signal?: AbortSignal, urgency?: Urgency): Promise<void>;
  /** Callers in the queue. */
  readonly queued: number;
}

interface Ticket {
  readonly grant: () => void;
}

class WindowBudget implements CallBudget {
  readonly #window;
  readonly #clock: PollClock;
  readonly #queues: Record<Urgency, Set<Ticket>> = { urgent: new Set(), usual: new Set() };
  #starts: readonly number[] = [];
  #cancelTimer: (() => void) | undefined;

  constructor(callsPerSecond: number, clock: PollClock) {
    this.#window = callWindow(callsPerSecond);
    this.#clock = clock;
  }

  get queued(): number {
    return this.#queues.urgent.size + this.#queues.usual.size;
  }

  take(signal?: AbortSignal, urgency: Urgency = 'usual'): Promise<void> {
    return new Promise((resolve, reject) => {
      const queue = this.#queues[urgency];
      const leave = (): void => {
        queue.delete(ticket);
        this.#serve();
        // An abort's reason is whatever the caller gave; it passes unchanged.
        reject(signal?.reason as Error);
      };
      const ticket: Ticket = {
        grant: () => {
          signal?.removeEventListener('abort', leave);
          resolve();
        },
      };
      if (signal?.aborted === true) {
        leave();
        return;
      }
      signal?.addEventListener('abort', leave, { once: true });
      queue.add(ticket);
      this.#serve();
    });
  }

  #serve(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    for (const queue of [this.#queues.urgent, this.#queues.usual]) {
      for (const ticket of queue) {
        const nowMs = this.#clock.nowMs();
        const freeMs = freeAtMs(this.#window, this.#starts, nowMs);
        if (freeMs > nowMs) {
          this.#serveIn(freeMs - nowMs);
          return;
        }
        this.#starts = withStart(this.#window, this.#starts, nowMs);
        queue.delete(ticket);
        ticket.grant();
      }
    }
  }

  #serveIn(ms: number): void {
    this.#cancelTimer = outsideOfCallers(() =>
      this.#clock.setTimer(() => {
        this.#serve();
      }, ms),
    );
  }
}

export interface CallBudgetOptions {
  /** Calls per second on average; in any one second at most this, rounded up. @default 5 */
  readonly callsPerSecond?: number;
  readonly clock?: PollClock;
}

/** @throws RangeError unless `callsPerSecond` is a finite number above 0. */
export const createCallBudget = ({
  callsPerSecond = 5,
  clock = systemClock,
}: CallBudgetOptions = {}): CallBudget => new WindowBudget(callsPerSecond, clock);

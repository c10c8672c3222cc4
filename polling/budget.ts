import { afterAnswer, afterThrottled, type CallRate, fullRate } from './call-rate.js';
import { callWindow, freeAtMs, withStart } from './call-window.js';
import { outsideOfCallers, systemClock, type PollClock } from './clock.js';

/**
 * Who goes first when calls queue: `urgent` is for what changes something (execute, cancel). The others take turns: `look`
 * is for the status hub, which must see ends while hundreds of starts are prepared, `usual` for the rest.
 */
export type Urgency = 'urgent' | 'look' | 'usual';

/** The calls that one profile may make per second, shared by all its callers in this process. */
export interface CallBudget {
  /**
   * Resolves when one call may start; start it then. First come, first served among those of one urgency.
   * Rejects with the signal's reason when that aborts first, and leaves the queue.
   */
  take(signal?: AbortSignal, urgency?: Urgency): Promise<void>;
  /** A call was answered, whatever the answer, but not with 429: the rate may rise again. */
  answered(): void;
  /** A call was answered 429: fewer from now on, and the usual ones none before `retryAfterMs`, up to a minute. */
  throttled(retryAfterMs: number | undefined): void;
  /** Callers in the queue. */
  readonly queued: number;
  /** Calls per second that are made at most now: less than what was set, after a 429. */
  readonly callsPerSecond: number;
}

interface Ticket {
  readonly grant: () => void;
}

class WindowBudget implements CallBudget {
  /** That of the most; the present one is stricter or the same. */
  readonly #window;
  #rate: CallRate;
  readonly #clock: PollClock;
  readonly #queues: Record<Urgency, Set<Ticket>> = {
    urgent: new Set(),
    look: new Set(),
    usual: new Set(),
  };
  #turn: 'look' | 'usual' = 'look';
  #starts: readonly number[] = [];
  #cancelTimer: (() => void) | undefined;

  constructor(callsPerSecond: number, clock: PollClock) {
    this.#window = callWindow(callsPerSecond);
    this.#rate = fullRate(callsPerSecond);
    this.#clock = clock;
  }

  get queued(): number {
    const { urgent, look, usual } = this.#queues;
    return urgent.size + look.size + usual.size;
  }

  get callsPerSecond(): number {
    return this.#rate.perSecond;
  }

  answered(): void {
    this.#rate = afterAnswer(this.#rate, this.#clock.nowMs());
  }

  throttled(retryAfterMs: number | undefined): void {
    this.#rate = afterThrottled(this.#rate, retryAfterMs, this.#clock.nowMs());
    this.#serve();
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
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const [urgency, ticket] = next;
      const nowMs = this.#clock.nowMs();
      const freeMs = this.#freeMs(urgency, nowMs);
      if (freeMs > nowMs) {
        this.#serveIn(freeMs - nowMs);
        return;
      }
      this.#starts = withStart(this.#window, this.#starts, nowMs);
      this.#queues[urgency].delete(ticket);
      if (urgency !== 'urgent') this.#turn = urgency === 'look' ? 'usual' : 'look';
      ticket.grant();
    }
  }

  /** Who is to be served now. */
  #next(): readonly [Urgency, Ticket] | undefined {
    const others =
      this.#turn === 'look' ? (['look', 'usual'] as const) : (['usual', 'look'] as const);
    for (const urgency of ['urgent', ...others] as const) {
      for (const ticket of this.#queues[urgency]) return [urgency, ticket];
    }
    return undefined;
  }

  #freeMs(urgency: Urgency, nowMs: number): number {
    const { perSecond, mostPerSecond, restsUntilMs } = this.#rate;
    const fromMs = urgency === 'urgent' ? nowMs : Math.max(nowMs, restsUntilMs);
    const freeMs = freeAtMs(this.#window, this.#starts, fromMs);
    if (perSecond >= mostPerSecond) return freeMs;
    return Math.max(freeMs, freeAtMs(callWindow(perSecond), this.#starts, fromMs));
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
  /** Calls per second on average; in any one second at most this, rounded up. Fewer for a while after each 429. @default 5 */
  readonly callsPerSecond?: number;
  readonly clock?: PollClock;
}

/** @throws RangeError unless `callsPerSecond` is a finite number above 0. */
export const createCallBudget = ({
  callsPerSecond = 5,
  clock = systemClock,
}: CallBudgetOptions = {}): CallBudget => new WindowBudget(callsPerSecond, clock);

import { MAX_RETRY_AFTER_MS } from '../contract/timings.js';
import { outsideOfCallers, systemClock, type PollClock } from './clock.js';

/**
 * Who goes first when calls queue: `high` is for what changes something (execute, cancel), and for the rest of a listing
 * whose first page a permit counts from. The others take turns: `normal` is for what somebody does once (preparing a start,
 * reading before a cancel), `poll` for the status hub, which must see ends while hundreds of starts are prepared, `watch`
 * for other reads that are repeated until something shows.
 */
export type Priority = 'high' | 'normal' | 'poll' | 'watch';

/** Status calls: repeated reads, which can wait. They have a rate of their own, and a service that rejects calls gets few of them. */
const POLLS: readonly Priority[] = ['poll', 'watch'];

/** The calls that one profile may make, shared by all its callers in this process. */
export interface RateLimiter {
  /**
   * Resolves when one call may start; start it then. First come, first served among those of one priority.
   * Rejects with the signal's reason when that aborts first, and leaves the queue.
   */
  acquire(signal?: AbortSignal, priority?: Priority): Promise<void>;
  /** A call was answered, whatever the answer, but not with 429: the rate may rise again. */
  answered(): void;
  /**
   * A call was answered 429: lowers the rate, and pauses polls (`poll`, `watch`) for `retryAfterMs`, at most a minute.
   */
  throttled(retryAfterMs: number | undefined): void;
  /** Callers in the queue. */
  readonly queued: number;
  /** Calls per second that are made at most now: half of what was set, after a 429. Polls may be fewer. */
  readonly callsPerSecond: number;
  /** Status calls that the hub may make per minute now: what other repeated reads made in the last minute is taken off. */
  readonly pollsPerMinute: number;
}

interface Ticket {
  readonly grant: () => void;
}

class WindowRateLimiter implements RateLimiter {
  /** That of the most; the present one is stricter or the same. */
  readonly #window: CallWindow;
  readonly #pollWindows: readonly CallWindow[];
  readonly #pollsPerMinute: number;
  #rate: CallRate;
  readonly #clock: PollClock;
  readonly #queues: Record<Priority, Set<Ticket>> = {
    high: new Set(),
    normal: new Set(),
    poll: new Set(),
    watch: new Set(),
  };
  /** Rotation of the priorities; the one served last goes to the end. */
  #turns: readonly Priority[] = ['poll', 'normal', 'watch'];
  #starts: readonly number[] = [];
  #pollStarts: readonly number[] = [];
  #watchStarts: readonly number[] = [];
  #cancelTimer: (() => void) | undefined;

  constructor({ callsPerSecond, statusCallsPerMinute, clock }: Required<RateLimiterOptions>) {
    this.#window = callWindow(callsPerSecond);
    const polls = pollPart(this.#window);
    this.#pollWindows = [polls, statusWindow(statusCallsPerMinute)];
    this.#pollsPerMinute = Math.min(
      statusCallsPerMinute,
      (polls.most * MINUTE_MS) / polls.windowMs,
    );
    this.#rate = fullRate(callsPerSecond);
    this.#clock = clock;
  }

  get queued(): number {
    return Object.values(this.#queues).reduce((sum, { size }) => sum + size, 0);
  }

  get callsPerSecond(): number {
    return totalPerSecond(this.#rate);
  }

  get pollsPerMinute(): number {
    const { perSecond, mostPerSecond } = this.#rate;
    const most =
      perSecond < mostPerSecond
        ? Math.min(this.#pollsPerMinute, 60 * perSecond)
        : this.#pollsPerMinute;
    const fromMs = this.#clock.nowMs() - MINUTE_MS;
    const watched = this.#watchStarts.filter((startMs) => startMs > fromMs).length;
    return Math.max(most / 2, most - watched);
  }

  answered(): void {
    this.#rate = afterAnswer(this.#rate, this.#clock.nowMs());
  }

  throttled(retryAfterMs: number | undefined): void {
    this.#rate = afterThrottled(this.#rate, retryAfterMs, this.#clock.nowMs());
    this.#serve();
  }

  acquire(signal?: AbortSignal, priority: Priority = 'normal'): Promise<void> {
    return new Promise((resolve, reject) => {
      const queue = this.#queues[priority];
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
    for (;;) {
      const nowMs = this.#clock.nowMs();
      const waiting = (['high', ...this.#turns] as const)
        .filter((priority) => this.#queues[priority].size > 0)
        .map((priority) => ({ priority, freeMs: this.#freeMs(priority, nowMs) }));
      const next = waiting.find(({ freeMs }) => freeMs <= nowMs);
      if (next !== undefined) this.#grant(next.priority, nowMs);
      else if (waiting.length === 0) return;
      else {
        this.#serveIn(Math.min(...waiting.map(({ freeMs }) => freeMs)) - nowMs);
        return;
      }
    }
  }

  #grant(priority: Priority, nowMs: number): void {
    const queue = this.#queues[priority];
    const [ticket] = queue;
    if (ticket === undefined) return;
    queue.delete(ticket);
    this.#starts = withStart(this.#window, this.#starts, nowMs);
    if (POLLS.includes(priority)) {
      const kept = Math.max(...this.#pollWindows.map(({ most }) => most), this.#window.most);
      this.#pollStarts = withStart({ most: kept }, this.#pollStarts, nowMs);
    }
    if (priority === 'watch') {
      const last = { most: Math.ceil(this.#pollsPerMinute) };
      this.#watchStarts = withStart(last, this.#watchStarts, nowMs);
    }
    if (priority !== 'high') {
      this.#turns = [...this.#turns.filter((other) => other !== priority), priority];
    }
    ticket.grant();
  }

  /**
   * Time at which the next call of this priority may start. Submits and cancels, and their reads, are not delayed by
   * what delays polls.
   */
  #freeMs(priority: Priority, nowMs: number): number {
    const { perSecond, mostPerSecond, restsUntilMs } = this.#rate;
    const isPoll = POLLS.includes(priority);
    const fromMs = isPoll ? Math.max(nowMs, restsUntilMs) : nowMs;
    const freeMs = Math.max(
      freeAtMs(this.#window, this.#starts, fromMs),
      ...(isPoll ? this.#pollWindows : []).map((one) => freeAtMs(one, this.#pollStarts, fromMs)),
    );
    if (perSecond >= mostPerSecond) return freeMs;
    const total = freeAtMs(callWindow(totalPerSecond(this.#rate)), this.#starts, fromMs);
    const polls = isPoll ? freeAtMs(callWindow(perSecond), this.#pollStarts, fromMs) : 0;
    return Math.max(freeMs, total, polls);
  }

  #serveIn(ms: number): void {
    this.#cancelTimer = outsideOfCallers(() =>
      this.#clock.setTimer(() => {
        this.#serve();
      }, ms),
    );
  }
}

export interface RateLimiterOptions {
  /** Calls per second on average; in any one second at most this, rounded up. Fewer for a while after each 429. @default 20 */
  readonly callsPerSecond?: number;
  /** Calls per minute of priority `poll` and `watch`, at most; they are spread over the minute. @default 120 */
  readonly statusCallsPerMinute?: number;
  readonly clock?: PollClock;
}

export const DEFAULT_CALLS_PER_SECOND = 20;
export const DEFAULT_STATUS_CALLS_PER_MINUTE = 120;

/** @throws RangeError unless both rates are finite numbers, `callsPerSecond` above 0 and `statusCallsPerMinute` 1 or more. */
export const createRateLimiter = ({
  callsPerSecond = DEFAULT_CALLS_PER_SECOND,
  statusCallsPerMinute = DEFAULT_STATUS_CALLS_PER_MINUTE,
  clock = systemClock,
}: RateLimiterOptions = {}): RateLimiter =>
  new WindowRateLimiter({ callsPerSecond, statusCallsPerMinute, clock });

/**
 * The rule of a call budget: in any stretch of `windowMs` (its end excluded) at most `most` calls start.
 * For a budget of r calls per second, `most` is ceil(r) and the window is at least a second, cut so that a
 * minute holds a whole number of windows. So there are
 * - in any second at most ceil(r) calls,
 * - in any minute at most 60 r calls (for r below one a minute: one call per 1/r seconds).
 * The price of the whole number: for odd rates up to ceil(r) calls a minute less than 60 r.
 */
export interface CallWindow {
  readonly most: number;
  readonly windowMs: number;
}

const MINUTE_MS = 60_000;

/** @throws RangeError unless `callsPerSecond` is a finite number above 0. */
export function callWindow(callsPerSecond: number): CallWindow {
  if (!(callsPerSecond > 0 && Number.isFinite(callsPerSecond))) {
    throw new RangeError(`callsPerSecond must be a number greater than 0; got ${callsPerSecond}`);
  }
  const most = Math.ceil(callsPerSecond);
  const perMinute = Math.floor((callsPerSecond * 60) / most);
  const windowMs = perMinute > 0 ? MINUTE_MS / perMinute : 1_000 / callsPerSecond;
  return { most, windowMs: Math.ceil(windowMs) };
}

/** Status calls are spread: a wave of polls must not use up a minute, in which ends are then not seen. */
function statusWindow(callsPerMinute: number): CallWindow {
  if (!(callsPerMinute >= 1 && Number.isFinite(callsPerMinute)))
    throw new RangeError(
      `statusCallsPerMinute must be a number of at least 1; got ${callsPerMinute}`,
    );
  return callWindow(callsPerMinute / 60);
}

/**
 * The window of status calls within that of all calls: four fifths of it. A start or stop finds a call free, however many
 * polls are due. Where the window holds one call, every fifth window is kept free.
 */
const pollPart = ({ most, windowMs }: CallWindow): CallWindow =>
  most > 1
    ? { most: Math.floor((4 * most) / 5), windowMs }
    : { most, windowMs: Math.ceil((5 * windowMs) / 4) };

/** When the next call may start: `nowMs` or later. `starts` are those of the latest calls, oldest first. */
export function freeAtMs(window: CallWindow, starts: readonly number[], nowMs: number): number {
  const limiting = starts.at(-window.most);
  return limiting === undefined ? nowMs : Math.max(nowMs, limiting + window.windowMs);
}

/** `starts` with one more; forgets those that limit nothing any more. */
export const withStart = (
  { most }: Pick<CallWindow, 'most'>,
  starts: readonly number[],
  nowMs: number,
): number[] => [...starts, nowMs].slice(-most);

/**
 * Current polls per second: halved after each 429, raised slowly while calls are answered (additive increase,
 * multiplicative decrease, which shares a limit fairly among independent clients). Submits and cancels back off on
 * their own after a rejection; of their 429s only the first halves the rate ({@link totalPerSecond}).
 */
export interface CallRate {
  /** Never more. */
  readonly mostPerSecond: number;
  readonly perSecond: number;
  /** When it was changed last (epoch ms). */
  readonly changedMs: number;
  /** Polls are held back until then: a 429 said so. */
  readonly restsUntilMs: number;
}

/** Another 429 within this time belongs to the same burst and changes nothing. */
const BURST_MS = 1_000;
/** Time from zero to the full rate; half of it after one 429. */
const RECOVERY_MS = 600_000;
/** Minimum part of the full rate for polls, so that a recovered service is noticed. */
const MIN_PART = 1 / 32;
/** Minimum part of the full rate for all calls: cancels and submits must not wait for minutes. */
const MIN_TOTAL_PART = 1 / 2;

export const fullRate = (mostPerSecond: number): CallRate => ({
  mostPerSecond,
  perSecond: mostPerSecond,
  changedMs: -Infinity,
  restsUntilMs: -Infinity,
});

/** The service answered 429. */
export function afterThrottled(
  rate: CallRate,
  retryAfterMs: number | undefined,
  nowMs: number,
): CallRate {
  // A pause is not extended while it lasts: rejected submits would otherwise block polls for ever.
  const restsUntilMs =
    nowMs < rate.restsUntilMs
      ? rate.restsUntilMs
      : nowMs + Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS);
  if (nowMs < rate.changedMs + BURST_MS && rate.perSecond < rate.mostPerSecond) {
    return { ...rate, restsUntilMs };
  }
  const perSecond = Math.max(rate.perSecond / 2, rate.mostPerSecond * MIN_PART);
  return { ...rate, perSecond, changedMs: nowMs, restsUntilMs };
}

/** Current limit of calls of all kinds, per second. */
const totalPerSecond = ({ perSecond, mostPerSecond }: CallRate): number =>
  Math.max(perSecond, mostPerSecond * MIN_TOTAL_PART);

/** A call was answered, not with 429. Without answers the rate stays unchanged. */
export function afterAnswer(rate: CallRate, nowMs: number): CallRate {
  if (rate.perSecond >= rate.mostPerSecond) return rate;
  const sinceMs = Math.min(BURST_MS, Math.max(0, nowMs - rate.changedMs));
  const perSecond = rate.perSecond + (rate.mostPerSecond * sinceMs) / RECOVERY_MS;
  return { ...rate, perSecond: Math.min(perSecond, rate.mostPerSecond), changedMs: nowMs };
}

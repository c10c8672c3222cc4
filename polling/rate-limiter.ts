import { MAX_RETRY_AFTER_MS } from '../contract/timings.js';
import { outsideOfCallers, systemClock, type PollClock } from './clock.js';

/**
 * Priority of queued calls. `high` goes first: writes, and the rest of a listing that a permit counts from. The
 * others alternate. `normal`: reads that are made once, e.g. before a start or a cancel. `poll`: reads of the status
 * hub, which must see ends while hundreds of starts are prepared. `watch`: other reads that are repeated until
 * something shows.
 */
export type Priority = 'high' | 'normal' | 'poll' | 'watch';

/**
 * Status calls: repeated reads, which can wait. They have a rate of their own, and become rare while the service
 * refuses calls.
 */
const POLLS: readonly Priority[] = ['poll', 'watch'];

/** Limits the calls of one profile in this process. */
export interface RateLimiter {
  /**
   * Resolves when one call may start, which the caller must then start. First in, first out within a priority.
   * Rejects with the reason of the signal if that aborts first.
   */
  acquire(signal?: AbortSignal, priority?: Priority): Promise<void>;
  /** Records an answer other than 429: the rate may rise again. */
  answered(): void;
  /** Records a 429: lowers the rate, and pauses `poll` and `watch` for `retryAfterMs`, at most a minute. */
  throttled(retryAfterMs: number | undefined): void;
  /** Number of calls that wait. */
  readonly queued: number;
  /** Present limit of calls per second: at least half of the setting. That of polls may be lower. */
  readonly callsPerSecond: number;
  /** Status calls that the hub may make per minute now: calls of `watch` in the last minute are subtracted. */
  readonly pollsPerMinute: number;
}

interface Ticket {
  readonly grant: () => void;
}

class WindowRateLimiter implements RateLimiter {
  /** Window of the full rate. The present rate may be lower. */
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
  /** Alternation of the priorities below `high`: the one that was served last moves to the end. */
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
        // The reason of an abort is passed on unchanged.
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
   * Time at which the next call of this priority may start. Pauses and lower rates of polls do not delay other calls.
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
  /**
   * Calls per second on average; in any second at most this, rounded up. Lower for a while after a 429.
   * @default 20
   */
  readonly callsPerSecond?: number;
  /** Most calls of `poll` and `watch` in any minute. They are spread over the minute. @default 120 */
  readonly statusCallsPerMinute?: number;
  readonly clock?: PollClock;
}

export const DEFAULT_CALLS_PER_SECOND = 20;
export const DEFAULT_STATUS_CALLS_PER_MINUTE = 120;

/** @throws RangeError unless both rates are finite, `callsPerSecond` above 0 and `statusCallsPerMinute` at least 1 */
export const createRateLimiter = ({
  callsPerSecond = DEFAULT_CALLS_PER_SECOND,
  statusCallsPerMinute = DEFAULT_STATUS_CALLS_PER_MINUTE,
  clock = systemClock,
}: RateLimiterOptions = {}): RateLimiter =>
  new WindowRateLimiter({ callsPerSecond, statusCallsPerMinute, clock });

/**
 * * In any interval of `windowMs` (its end excluded) at most `most` calls start. For r calls per second, `most` is
 * ceil(r), * and the window is at least a second, such that a minute holds a whole number of windows. So there are *
 * - in any second at most ceil(r) calls, * - in any minute at most 60 r calls (for r below one a minute: one call per
 * 1/r seconds). * Because of the whole number, a rate that is not an integer allows up to ceil(r) calls a minute less
 * than 60 r.
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

/**
 * Status calls are spread over the minute. Otherwise a wave of polls could use it up, and ends would be seen a minute
 * late.
 */
function statusWindow(callsPerMinute: number): CallWindow {
  if (!(callsPerMinute >= 1 && Number.isFinite(callsPerMinute)))
    throw new RangeError(
      `statusCallsPerMinute must be a number of at least 1; got ${callsPerMinute}`,
    );
  return callWindow(callsPerMinute / 60);
}

/**
 * Window of status calls: four fifths of that of all calls, so that a start or stop finds a call free. If the window
 * holds one call, one window in five is kept free.
 */
const pollPart = ({ most, windowMs }: CallWindow): CallWindow =>
  most > 1
    ? { most: Math.floor((4 * most) / 5), windowMs }
    : { most, windowMs: Math.ceil((5 * windowMs) / 4) };

/** When the next call may start, `nowMs` or later. @param starts start times of the latest calls, oldest first */
export function freeAtMs(window: CallWindow, starts: readonly number[], nowMs: number): number {
  const limiting = starts.at(-window.most);
  return limiting === undefined ? nowMs : Math.max(nowMs, limiting + window.windowMs);
}

/** Adds a start, and drops those that no longer limit a call. */
export const withStart = (
  { most }: Pick<CallWindow, 'most'>,
  starts: readonly number[],
  nowMs: number,
): number[] => [...starts, nowMs].slice(-most);

/**
 * Rate of polls: halved after each 429, raised slowly while calls are answered (additive increase, multiplicative
 * decrease, which shares a limit fairly among independent clients). The rate of all calls falls to half only ({@link
 * totalPerSecond}): submits and cancels pause by themselves after a 429.
 */
export interface CallRate {
  /** The full rate. */
  readonly mostPerSecond: number;
  readonly perSecond: number;
  /** Last change, epoch ms. */
  readonly changedMs: number;
  /** Polls pause until then, after a Retry-After. */
  readonly restsUntilMs: number;
}

/** Further 429s within this time belong to one burst, and do not lower the rate again. */
const BURST_MS = 1_000;
/** Time from zero to the full rate. */
const RECOVERY_MS = 600_000;
/** Least part of the full rate for polls, so that a recovery is noticed. */
const MIN_PART = 1 / 32;
/** Least part of the full rate for all calls: cancels and submits must not wait for minutes. */
const MIN_TOTAL_PART = 1 / 2;

export const fullRate = (mostPerSecond: number): CallRate => ({
  mostPerSecond,
  perSecond: mostPerSecond,
  changedMs: -Infinity,
  restsUntilMs: -Infinity,
});

export function afterThrottled(
  rate: CallRate,
  retryAfterMs: number | undefined,
  nowMs: number,
): CallRate {
  // A pause is not extended: refused submits could otherwise block polls for ever.
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

/** Present limit of all calls, per second. */
const totalPerSecond = ({ perSecond, mostPerSecond }: CallRate): number =>
  Math.max(perSecond, mostPerSecond * MIN_TOTAL_PART);

/** After an answer other than 429. Without answers the rate does not rise. */
export function afterAnswer(rate: CallRate, nowMs: number): CallRate {
  if (rate.perSecond >= rate.mostPerSecond) return rate;
  const sinceMs = Math.min(BURST_MS, Math.max(0, nowMs - rate.changedMs));
  const perSecond = rate.perSecond + (rate.mostPerSecond * sinceMs) / RECOVERY_MS;
  return { ...rate, perSecond: Math.min(perSecond, rate.mostPerSecond), changedMs: nowMs };
}

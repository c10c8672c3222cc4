import { MAX_RETRY_AFTER_MS } from '../contract/timings.js';

/**
 * How many polls a second are made now: half as many after each 429, slowly more while calls are answered (additive
 * increase, multiplicative decrease: what shares a limit fairly among clients that know nothing of each other). Starts and
 * cancels are paced by themselves after a refusal; of them only the first 429 leaves half ({@link totalPerSecond}).
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

/** One 429 more within this time is of the same burst and changes nothing. */
const BURST_MS = 1_000;
/** From nothing to all of it in so long; half of that after one 429. */
const RECOVERY_MS = 600_000;
/** Polls are never fewer than this part of the most: a service that is back must be found. */
const LEAST_PART = 1 / 32;
/** All calls together are never fewer than this part: cancels and starts must not wait for minutes in a queue. */
const LEAST_TOTAL_PART = 1 / 2;

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
  // A rest is not made longer while it lasts: refusals of starts would keep polls away for ever.
  const restsUntilMs =
    nowMs < rate.restsUntilMs
      ? rate.restsUntilMs
      : nowMs + Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS);
  if (nowMs < rate.changedMs + BURST_MS && rate.perSecond < rate.mostPerSecond) {
    return { ...rate, restsUntilMs };
  }
  const perSecond = Math.max(rate.perSecond / 2, rate.mostPerSecond * LEAST_PART);
  return { ...rate, perSecond, changedMs: nowMs, restsUntilMs };
}

/** Calls of all kinds that are made at most now, per second. */
export const totalPerSecond = ({ perSecond, mostPerSecond }: CallRate): number =>
  Math.max(perSecond, mostPerSecond * LEAST_TOTAL_PART);

/** A call was answered, and not with 429. Silence proves nothing: without answers the rate stays where it is. */
export function afterAnswer(rate: CallRate, nowMs: number): CallRate {
  if (rate.perSecond >= rate.mostPerSecond) return rate;
  const sinceMs = Math.min(BURST_MS, Math.max(0, nowMs - rate.changedMs));
  const perSecond = rate.perSecond + (rate.mostPerSecond * sinceMs) / RECOVERY_MS;
  return { ...rate, perSecond: Math.min(perSecond, rate.mostPerSecond), changedMs: nowMs };
}

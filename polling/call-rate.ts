/**
 * How many calls a second are made now: half as many after each 429, slowly more while calls are answered (additive
 * increase, multiplicative decrease: what shares a limit fairly among clients that know nothing of each other).
 */
export interface CallRate {
  /** Never more. */
  readonly mostPerSecond: number;
  readonly perSecond: number;
  /** When it was changed last (epoch ms). */
  readonly changedMs: number;
  /** Usual calls are held back until then: a 429 said so. */
  readonly restsUntilMs: number;
}

/** One 429 more within this time is of the same burst and changes nothing. */
const BURST_MS = 1_000;
/** From nothing to all of it in so long; half of that after one 429. */
const RECOVERY_MS = 600_000;
/** It is never less than this part of the most: a service that is back must be found. */
const LEAST_PART = 1 / 32;
/** Longest that a Retry-After holds back everybody; what it was said to waits in full. */
const LONGEST_REST_MS = 60_000;

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
  const restMs = Math.min(retryAfterMs ?? 0, LONGEST_REST_MS);
  const restsUntilMs = Math.max(rate.restsUntilMs, nowMs + restMs);
  if (nowMs < rate.changedMs + BURST_MS && rate.perSecond < rate.mostPerSecond) {
    return { ...rate, restsUntilMs };
  }
  const perSecond = Math.max(rate.perSecond / 2, rate.mostPerSecond * LEAST_PART);
  return { ...rate, perSecond, changedMs: nowMs, restsUntilMs };
}

/** A call was answered, and not with 429. Silence proves nothing: without answers the rate stays where it is. */
export function afterAnswer(rate: CallRate, nowMs: number): CallRate {
  if (rate.perSecond >= rate.mostPerSecond) return rate;
  const sinceMs = Math.min(BURST_MS, Math.max(0, nowMs - rate.changedMs));
  const perSecond = rate.perSecond + (rate.mostPerSecond * sinceMs) / RECOVERY_MS;
  return { ...rate, perSecond: Math.min(perSecond, rate.mostPerSecond), changedMs: nowMs };
}

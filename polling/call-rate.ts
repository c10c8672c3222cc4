import { MAX_RETRY_AFTER_MS } from '../contract/timings.js';

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
const LEAST_PART = 1 / 32;
/** Minimum part of the full rate for all calls: cancels and submits must not wait for minutes. */
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
  // A pause is not extended while it lasts: rejected submits would otherwise block polls for ever.
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

/** Current limit of calls of all kinds, per second. */
export const totalPerSecond = ({ perSecond, mostPerSecond }: CallRate): number =>
  Math.max(perSecond, mostPerSecond * LEAST_TOTAL_PART);

/** A call was answered, not with 429. Without answers the rate stays unchanged. */
export function afterAnswer(rate: CallRate, nowMs: number): CallRate {
  if (rate.perSecond >= rate.mostPerSecond) return rate;
  const sinceMs = Math.min(BURST_MS, Math.max(0, nowMs - rate.changedMs));
  const perSecond = rate.perSecond + (rate.mostPerSecond * sinceMs) / RECOVERY_MS;
  return { ...rate, perSecond: Math.min(perSecond, rate.mostPerSecond), changedMs: nowMs };
}

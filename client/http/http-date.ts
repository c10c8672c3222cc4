import { MAX_RETRY_AFTER_MS } from '../../contract/timings.js';

/** IMF-fixdate, the one form that servers write today; Date.parse alone would take '1.5' for a date. */
const FIXDATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Epoch ms of an HTTP date; `undefined` when it is none. */
export function httpDateMs(value: string | undefined): number | undefined {
  if (value === undefined || !FIXDATE.test(value)) return undefined;
  const ms = Date.parse(value);
  return Number.isFinite(ms) ? ms : undefined;
}

/** Milliseconds to wait (0 to {@link MAX_RETRY_AFTER_MS}), from a `Retry-After` value; `undefined` when it says nothing usable. */
export function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim() ?? '';
  const dateMs = httpDateMs(text);
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1_000 : (dateMs ?? NaN) - nowMs;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(0, waitMs), MAX_RETRY_AFTER_MS);
}

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
    throw new RangeError(`callsPerSecond is ${callsPerSecond}: give a number above 0`);
  }
  const most = Math.ceil(callsPerSecond);
  const perMinute = Math.floor((callsPerSecond * 60) / most);
  const windowMs = perMinute > 0 ? MINUTE_MS / perMinute : 1_000 / callsPerSecond;
  return { most, windowMs: Math.ceil(windowMs) };
}

/** When the next call may start: `nowMs` or later. `starts` are those of the latest calls, oldest first. */
export function freeAtMs(window: CallWindow, starts: readonly number[], nowMs: number): number {
  const limiting = starts.at(-window.most);
  return limiting === undefined ? nowMs : Math.max(nowMs, limiting + window.windowMs);
}

/** `starts` with one more; forgets those that limit nothing any more. */
export const withStart = (window: CallWindow, starts: readonly number[], nowMs: number): number[] =>
  [...starts, nowMs].slice(-window.most);

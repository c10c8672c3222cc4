// The schedules that are compared.
import type { DurationHistory } from '../../contract/duration-history.js';
import { DEFAULT_TIMINGS } from '../../contract/timings.js';
import { lifetimeOf } from '../../polling/duration-model.js';
import { pauseMs } from '../../polling/poll-interval.js';
import { MIN_PRICE_MS } from '../../polling/poll-rate.js';
import { looksOf, type Outcome, outcomeOf, type Pause, withCalls } from './looks.js';
import { optimalLooks } from './optimum.js';
import type { RunLengths } from './runs.js';

const SECOND = 1_000;
const LONG_MS = 1e12;

export const every =
  (seconds: number): Pause =>
  () =>
    seconds * SECOND;

/** Each minute for ten minutes, then every five minutes. */
export const minuteTenTimesThenFive: Pause = (ageMs) =>
  ageMs < 600 * SECOND ? 60 * SECOND : 300 * SECOND;

/** A tenth of the age, from 2 s to a minute. */
export const ageProportional: Pause = (ageMs) =>
  Math.min(60 * SECOND, Math.max(2 * SECOND, ageMs / 10));

export const outcomeOfPause = (pause: Pause, lengths: RunLengths): Outcome =>
  outcomeOf(looksOf(pause, LONG_MS), lengths);

/** Our schedule with default bounds, at any price of a call. */
export function ours(
  lengths: RunLengths,
  seen: DurationHistory | undefined,
): (priceMs?: number) => Outcome {
  const lifetime = lifetimeOf(seen);
  return (priceMs = MIN_PRICE_MS) => {
    const { minPollMs, maxPollMs: longestMs } = DEFAULT_TIMINGS;
    const settings = { minPollMs, longestMs, priceMs };
    return outcomeOfPause((ageMs) => pauseMs([{ ageMs, lifetime }], settings), lengths);
  };
}

export const oursAt = (calls: number, lengths: RunLengths, seen?: DurationHistory): Outcome =>
  withCalls(calls, ours(lengths, seen));

export const optimumAt = (calls: number, lengths: RunLengths): Outcome =>
  withCalls(calls, (priceMs) => outcomeOf(optimalLooks(lengths, priceMs), lengths));

/** Mean of several outcomes. */
export function meanOutcome(outcomes: readonly Outcome[]): Outcome {
  const mean = (of: (outcome: Outcome) => number): number =>
    outcomes.reduce((sum, outcome) => sum + of(outcome), 0) / outcomes.length;
  return {
    calls: mean(({ calls }) => calls),
    meanDelayMs: mean(({ meanDelayMs }) => meanDelayMs),
    p95DelayMs: mean(({ p95DelayMs }) => p95DelayMs),
  };
}

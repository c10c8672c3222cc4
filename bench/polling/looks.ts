// Calls and delay of a schedule of polls: exact integrals over the lengths of runs, without sampling.
import type { RunLengths } from './runs.js';

/** Pause after a poll at this age, ms. At 0: before the first poll. */
export type Pause = (ageMs: number) => number;

export interface Outcome {
  /** Mean number of calls for one run. */
  readonly calls: number;
  /** From an end until it is seen, ms. */
  readonly meanDelayMs: number;
  readonly p95DelayMs: number;
}

/** In usual lengths. Longer runs are not counted. */
const LONGEST = 6;
const REST = 1e-7;
/** Parts into which the time between two polls is divided. */
const PIECES = 12;

/** Ages of the polls of a run that does not end. */
export function* looksOf(pause: Pause, untilMs: number): Generator<number> {
  for (let ageMs = pause(0); ageMs < untilMs; ageMs += pause(ageMs)) yield ageMs;
}

export function outcomeOf(looks: Iterable<number>, { endedBy, usualMs }: RunLengths): Outcome {
  const delays: { ms: number; share: number }[] = [];
  let calls = 0;
  let sinceMs = 0;
  let ended = 0;
  for (const lookMs of looks) {
    calls += 1 - ended;
    const piece = (lookMs - sinceMs) / PIECES;
    for (let n = 1, before = ended; n <= PIECES; n += 1) {
      const by = endedBy(sinceMs + n * piece);
      delays.push({ ms: (PIECES - n + 0.5) * piece, share: by - before });
      before = by;
    }
    sinceMs = lookMs;
    ended = endedBy(lookMs);
    if (1 - ended < REST || lookMs > LONGEST * usualMs) break;
  }
  const meanDelayMs = delays.reduce((sum, { ms, share }) => sum + ms * share, 0) / ended;
  return { calls, meanDelayMs, p95DelayMs: quantile(delays, 0.95 * ended) };
}

function quantile(delays: { ms: number; share: number }[], share: number): number {
  let sum = 0;
  for (const delay of delays.sort((a, b) => a.ms - b.ms)) {
    sum += delay.share;
    if (sum >= share) return delay.ms;
  }
  return delays.at(-1)?.ms ?? 0;
}

/** Range of the price of a call, ms. */
const PRICES = [0.1, 1e9] as const;

/** Outcome at the price that leads to this number of calls, or to the fewest. */
export function withCalls(calls: number, outcomeAt: (priceMs: number) => Outcome): Outcome {
  let [many, few] = PRICES as readonly [number, number];
  while (few / many > 1.005) {
    const priceMs = Math.sqrt(few * many);
    if (outcomeAt(priceMs).calls > calls) many = priceMs;
    else few = priceMs;
  }
  return outcomeAt(few);
}

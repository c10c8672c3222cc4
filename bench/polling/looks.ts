// What a schedule of looks costs and how late it sees ends: exact integrals over the lengths of runs, no sampling.
import type { RunLengths } from './runs.js';

/** The pause after a look at this age (ms); at 0 the one before the first look. */
export type Pause = (ageMs: number) => number;

export interface Outcome {
  /** Mean calls of one run. */
  readonly calls: number;
  /** From an end until it is seen, ms. */
  readonly meanDelayMs: number;
  readonly p95DelayMs: number;
}

/** Nothing worth counting lives longer than so many usual lengths. */
const LONGEST = 6;
const REST = 1e-7;
/** Pieces into which the time between two looks is cut. */
const PIECES = 12;

/** Ages of the looks at a run that does not end. */
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

/** What a call is worth at the least and at the most, ms. */
const WORTH = [0.1, 1e9] as const;

/** Of the schedules that a worth of calls gives, the outcome of the one that makes so many calls, or the fewest. */
export function withCalls(calls: number, outcomeAt: (priceMs: number) => Outcome): Outcome {
  let [many, few] = WORTH as readonly [number, number];
  while (few / many > 1.005) {
    const worth = Math.sqrt(few * many);
    if (outcomeAt(worth).calls > calls) many = worth;
    else few = worth;
  }
  return outcomeAt(few);
}

import type { Timings } from '../contract/timings.js';
import type { DurationModel } from './duration-model.js';

/** Shortest and longest pause between two reads. */
export type PollBounds = Pick<Timings, 'minPollMs' | 'maxPollMs'>;

/** What decides, besides the executions, the pause between two reads. */
export interface PollPrice {
  readonly minPollMs: number;
  /** λ: what one more call must take off the mean delay of an end to be made. */
  readonly priceMs: number;
  /** No pause is longer. */
  readonly longestMs: number;
}

/** Facts about one execution that predict its end. */
export interface PollTarget {
  /** Ms since it started to run, or since the service accepted it; at the latest read. */
  readonly ageMs: number;
  readonly lifetime: DurationModel;
  /** The age at which the service ends it for sure: its remote time-out. */
  readonly timeoutMs?: number | undefined;
}

/** Pauses that are tried differ by this factor: finer would not be seen. */
const FINENESS = 1.03;

/**
 * Pause until the next read of a running execution.
 *
 * With n(t) looks per ms at age t, f the density of ends and S the share that lives longer, the mean delay from an end
 * until it is seen is ∫ f/(2n) and the mean number of calls ∫ S·n. The sum of the delay and λ times the calls is least
 * where its derivative by n is zero at each age: −f/(2n²) + λS = 0, so n = √(h/(2λ)) with the hazard h = f/S. For a
 * given number of calls no other rate has a smaller mean delay; λ, {@link PollPrice.priceMs}, is what one more call
 * must take off the mean delay to be made.
 *
 * Looks are few, and h may rise many times over between two of them, so the rate is not simply taken at the age of the
 * latest look. To put the next look off by dt delays whatever has ended since the latest one, a share m, by dt; it
 * spares what ends just then, h·(1 − m)·dt, the pause after it, √(2λ/h). So the look is due when m reaches √(2λh·(1 − m));
 * where h is steady, m = h·pause gives the pause 1/n again. Of several executions that one call shows, m and h are sums.
 *
 * Without history h is 1/t, and the pause grows with the root of the age.
 */
export function pauseMs(
  foreseen: readonly PollTarget[],
  { minPollMs, priceMs, longestMs }: PollPrice,
): number {
  const groups = groupsOf(foreseen);
  const every = Math.ceil(groups.length / MAX_SUMMED);
  const summed = groups.filter((_, n) => n % every === 0);
  for (let ms = minPollMs; ms < longestMs; ms *= FINENESS) {
    let ended = 0;
    let hazard = 0;
    for (const { one, count } of summed) {
      const lives = livesFor(one, ms);
      ended += every * count * (1 - lives);
      hazard += every * count * lives * hazardOf(one, ms);
    }
    if (ended >= Math.sqrt(2 * priceMs * hazard)) return ms;
  }
  return longestMs;
}

/** Over so long ends are foreseen: the hazard of an execution that has just begun is much less a minute later. */
const FORESIGHT_MS = 60_000;

/** How many ends of this execution are expected per ms in the coming minute: its mean hazard. */
export const expectedEnds = (one: PollTarget): number =>
  (1 - livesFor(one, FORESIGHT_MS)) / FORESIGHT_MS;

/** Several that are alike; `one` has their mean age. */
interface Group {
  readonly one: PollTarget;
  readonly count: number;
}

/** Neighbours that are alike, together: sums must stay cheap for thousands, and one that is unlike the rest must count. */
function groupsOf(foreseen: readonly PollTarget[]): readonly Group[] {
  const groups: Group[] = [];
  let [first, ageMs] = [0, 0];
  foreseen.forEach((one, n) => {
    ageMs += one.ageMs;
    const next = foreseen[n + 1];
    if (next !== undefined && isAlike(next, foreseen[first] ?? one)) return;
    const count = n + 1 - first;
    groups.push({ one: { ...one, ageMs: ageMs / count }, count });
    [first, ageMs] = [n + 1, 0];
  });
  return groups;
}

const isAlike = (one: PollTarget, other: PollTarget): boolean =>
  one.lifetime === other.lifetime &&
  one.timeoutMs === other.timeoutMs &&
  Math.abs(one.ageMs - other.ageMs) <= ALIKE * other.ageMs;

/** Ages that differ by no more than this part: no known lifetime changes faster. */
const ALIKE = 0.03;
/** Of more groups than this every second, third… stands for its neighbours. */
const MAX_SUMMED = 128;
/** Ages below are one: the hazard of nothing is infinite. */
const MIN_AGE_MS = 1;
/** How soon after its time-out an execution is expected to show its end. */
const TIMEOUT_LAG_MS = 1_000;

/** The probability that an execution that was running at the latest read still runs `ms` later. */
function livesFor({ ageMs, lifetime, timeoutMs }: PollTarget, ms: number): number {
  const from = Math.max(MIN_AGE_MS, ageMs);
  const ends = lifetime.cumulative(from + ms) - lifetime.cumulative(from);
  const overdue = afterTimeout(from + ms, timeoutMs) / afterTimeout(from, timeoutMs);
  return Math.exp(-ends) / overdue;
}

function hazardOf({ ageMs, lifetime, timeoutMs = Infinity }: PollTarget, ms: number): number {
  const age = Math.max(MIN_AGE_MS, ageMs) + ms;
  const own = lifetime.hazard(age);
  return age <= timeoutMs ? own : own + 1 / (age - timeoutMs + TIMEOUT_LAG_MS);
}

/** Past the time-out there is a hazard of 1/t anew, t counted from it: its cumulated exponential. */
const afterTimeout = (ageMs: number, timeoutMs = Infinity): number =>
  1 + Math.max(0, ageMs - timeoutMs) / TIMEOUT_LAG_MS;

/** However rarely executions are read: what fails is tried again within a minute, and room for a start is seen. */
const MAX_REST_MS = 60_000;

/** Longest pause after failures, and between two reads of what is not the end of an execution: a minute, or `maxPollMs`. */
export const longestRestMs = ({ maxPollMs }: Pick<PollBounds, 'maxPollMs'>): number =>
  Math.min(maxPollMs, MAX_REST_MS);

/** Pause after so many consecutive failed reads (1 or more): doubled from the shortest pause to {@link longestRestMs}. */
export const backoffMs = (failures: number, bounds: PollBounds): number =>
  Math.min(longestRestMs(bounds), bounds.minPollMs * 2 ** (failures - 1));

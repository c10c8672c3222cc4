import type { Timings } from '../contract/timings.js';
import type { DurationModel } from './duration-model.js';

/** Shortest and longest pause between two reads. */
export type PollBounds = Pick<Timings, 'minPollMs' | 'maxPollMs'>;

/** Parameters of the pause between two reads. */
export interface PollPrice {
  readonly minPollMs: number;
  /** λ: a further call is made if it reduces the mean delay of an end by this. */
  readonly priceMs: number;
  /** Longest pause. */
  readonly longestMs: number;
}

/** An execution, for the prediction of its end. */
export interface PollTarget {
  /** Ms since its start, or since its creation, at the latest read. */
  readonly ageMs: number;
  readonly lifetime: DurationModel;
  /** Remote timeout, ms: the service ends the execution at this age. */
  readonly timeoutMs?: number | undefined;
}

/** Factor between two pauses that are tried. */
const FINENESS = 1.03;

/**
 * Pause until the next read of a running execution.
 * With n(t) reads per ms at age t, f the density of ends and S the share that runs longer, the mean delay from an end
 * until it is seen is ∫ f/(2n) and the mean number of calls ∫ S·n. The sum of the delay and λ times the calls is least
 * where its derivative by n is zero at each age: −f/(2n²) + λS = 0, so n = √(h/(2λ)) with the hazard h = f/S. For a
 * given number of calls no other rate has a smaller mean delay. λ is {@link PollPrice.priceMs}.
 * Reads are few, and h may rise by a large factor between two of them, so the rate at the latest read is not used alone.
 * A read that is dt later sees the ends since the latest read, a share m, dt later. It sees the ends of that dt,
 * h·(1 − m)·dt, earlier by the pause after it, √(2λ/h). So the read is due when m reaches √(2λh·(1 − m)). With a constant
 * h, m = h·pause gives the pause 1/n again. If one call shows several executions, m and h are sums.
 * Without history h is 3/(4t), and the pause grows with the root of the age.
 */
export function pauseMs(
  targets: readonly PollTarget[],
  { minPollMs, priceMs, longestMs }: PollPrice,
): number {
  const groups = groupsOf(targets);
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

/** Time over which ends are predicted. The hazard of an execution that has just begun is much smaller a minute later. */
const FORESIGHT_MS = 60_000;

/** Expected ends of this execution per ms in the coming minute: its mean hazard. */
export const expectedEnds = (one: PollTarget): number =>
  (1 - livesFor(one, FORESIGHT_MS)) / FORESIGHT_MS;

/** Similar targets. `one` has their mean age. */
interface Group {
  readonly one: PollTarget;
  readonly count: number;
}

/** Groups similar neighbours, so that sums over thousands stay cheap and a different target still counts. */
function groupsOf(targets: readonly PollTarget[]): readonly Group[] {
  const groups: Group[] = [];
  let [first, ageMs] = [0, 0];
  targets.forEach((one, n) => {
    ageMs += one.ageMs;
    const next = targets[n + 1];
    if (next !== undefined && isAlike(next, targets[first] ?? one)) return;
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

/** Largest relative difference of ages in a group. No model changes faster. */
const ALIKE = 0.03;
/** With more groups, each second, third, … counts for its neighbours. */
const MAX_SUMMED = 128;
/** Least age: at 0 the hazard is infinite. */
const MIN_AGE_MS = 1;
/** Expected time from the remote timeout until the end shows. */
const TIMEOUT_LAG_MS = 1_000;

/** Probability that an execution that ran at the latest read still runs `ms` later. */
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

/** After the remote timeout there is a further hazard of 1/t, with t from that timeout: exp of its integral. */
const afterTimeout = (ageMs: number, timeoutMs = Infinity): number =>
  1 + Math.max(0, ageMs - timeoutMs) / TIMEOUT_LAG_MS;

/** Also where executions are read rarely, failed calls are repeated, and capacity is read, within a minute. */
const MAX_REST_MS = 60_000;

/**
 * Longest pause after failures, and between two reads for capacity or of the lists of a remote workflow: a minute, or
 * `maxPollMs` if that is less.
 */
export const longestRestMs = ({ maxPollMs }: Pick<PollBounds, 'maxPollMs'>): number =>
  Math.min(maxPollMs, MAX_REST_MS);

/**
 * Pause after consecutive failures: it doubles from `minPollMs` to {@link longestRestMs}. @param failures 1 or more
 */
export const backoffMs = (failures: number, bounds: PollBounds): number =>
  Math.min(longestRestMs(bounds), bounds.minPollMs * 2 ** (failures - 1));

// The best schedule for a known distribution of the lengths of runs, by dynamic programming.
import type { RunLengths } from './runs.js';

/** Number of times at which a poll may be. */
const MOMENTS = 1_500;
/** Number of times from which they are chosen, closer together where ends are likely. */
const FINE = 30_000;
/** Part of the times that is spread evenly. */
const EVENLY = 0.15;

/**
 * Ages of polls with the least sum of the mean delay and `priceMs` times the mean number of calls. Backwards from the
 * end: after a poll at time i, the next one is at the j with the least cost.
 */
export function optimalLooks(lengths: RunLengths, priceMs: number): readonly number[] {
  const { ages, ended, area } = tableOf(lengths);
  const last = ages.length - 1;
  const cost = new Float64Array(last + 1).fill(Infinity);
  const next = new Int32Array(last + 1);
  cost[last] = 0;
  for (let i = last - 1; i >= 0; i -= 1) {
    const [from, already, areaBefore] = [ages[i]!, ended[i]!, area[i]!];
    const call = priceMs * (1 - already);
    let least = Infinity;
    for (let j = i + 1; j <= last; j += 1) {
      const delay = area[j]! - areaBefore - already * (ages[j]! - from);
      const sum = delay + call + cost[j]!;
      if (sum < least) {
        least = sum;
        next[i] = j;
      }
      if (delay > least) break; // from here on it only grows
    }
    cost[i] = least;
  }
  const looks: number[] = [];
  for (let n = next[0]!; ; n = next[n]!) {
    looks.push(ages[n]!);
    if (n >= last) return looks;
  }
}

interface Table {
  readonly ages: Float64Array;
  /** Share that has ended at each age. */ readonly ended: Float64Array; /** Integral of `ended` over age. */
  readonly area: Float64Array;
}

const tables = new WeakMap<RunLengths, Table>();

function tableOf(lengths: RunLengths): Table {
  const known = tables.get(lengths);
  if (known !== undefined) return known;
  const ages = momentsOf(lengths);
  const ended = ages.map((age) => lengths.endedBy(age));
  const area = new Float64Array(ages.length);
  for (let n = 1; n < ages.length; n += 1) {
    area[n] = area[n - 1]! + ((ended[n]! + ended[n - 1]!) / 2) * (ages[n]! - ages[n - 1]!);
  }
  const table = { ages, ended, area };
  tables.set(lengths, table);
  return table;
}

/** Times whose density is the root of the density of ends, with a part that is even. */
function momentsOf({ endedBy, usualMs }: RunLengths): Float64Array {
  let lastMs = usualMs;
  while (endedBy(lastMs) < 1 - 1e-5) lastMs *= 1.02;
  const stepMs = lastMs / FINE;
  const weights = Array.from({ length: FINE }, (_, n) =>
    Math.sqrt(Math.max(0, endedBy((n + 1) * stepMs) - endedBy(n * stepMs))),
  );
  const even = (EVENLY * weights.reduce((sum, weight) => sum + weight, 0)) / FINE;
  const each = weights.reduce((sum, weight) => sum + weight + even, 0) / MOMENTS;
  const moments = [0];
  let sum = 0;
  for (const [n, weight] of weights.entries()) {
    sum += weight + even;
    if (sum < each) continue;
    sum -= each;
    moments.push((n + 1) * stepMs);
  }
  return Float64Array.from([...moments, lastMs]);
}

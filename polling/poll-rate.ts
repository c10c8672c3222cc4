import { expectedEnds, type PollBounds, type PollPrice } from './poll-interval.js';
import type { JobScan } from './job-scan.js';
import { isAskedById, pollTarget, type Watched, type WatchedJob } from './watched-execution.js';

/**
 * How the status calls that may be made are shared out among all that is watched. Few executions are watched closely,
 * thousands share the calls.
 */
export interface RatePlan extends Pick<PollPrice, 'priceMs' | 'longestMs'> {
  /** Pause between two scans of getJobs; undefined: none are made. */
  readonly scanPauseMs: number | undefined;
  /** While scans are made: pause between two polls of an execution that they may tell of. It changes in steps only. */
  readonly besideScansMs: number | undefined;
  /** For how many executions it was made, for how many calls, and when. */
  readonly executions: number;
  readonly callsPerMinute: number;
  readonly plannedMs: number;
}

/** The price of a call (λ) while calls suffice: a mean delay of 5 s for a job of two hours whose earlier runs are known. */
export const MIN_PRICE_MS = 16;
const MAX_PRICE_MS = 1e9;
/** The price is found within a thousandth. */
const HALVINGS = 14;

/** Part of the calls that is planned for. The rest is for what no plan foresees: failures, first polls, hints. */
const PLANNED_PART = 0.9;
/** Part of the calls that is kept, whatever else is wanted, for polls in turn of those that have waited longest. */
export const FAIR_PART = 1 / 8;
/** Most part of what is planned that ends may take: what has just begun seems likelier to end than it is. */
const MAX_PART_OF_ENDS = 1 / 2;
/** Most part of what ends leave for keeping `maxPollMs`. The rest goes where an end is likely. */
const MAX_PART_OF_TURNS = 3 / 4;

/** Scans are made for more jobs than this a page: one that has just begun is polled often, and soon less often. */
const JOBS_PER_PAGE = 4;
/** And where polls without them would take more than this part of the calls, and until they take half of it. */
const SCANS_FROM_PART = 1 / 4;
/** And where scans and polls together take at most this part of those polls. */
const MAX_PART_OF_SCANS = 1 / 2;
/** A page of getJobs may hold a thousand rows: pages are not read as often as one execution. */
const SCAN_PAUSE_FACTOR = 4;

/** A smaller relative change of what is watched keeps the plan for {@link REPLAN_MS}. */
const CHANGE = 0.1;
const REPLAN_MS = 5_000;
const MINUTE_MS = 60_000;

export const NO_PLAN: RatePlan = {
  priceMs: MIN_PRICE_MS,
  longestMs: 0,
  scanPauseMs: undefined,
  besideScansMs: undefined,
  executions: 0,
  callsPerMinute: 0,
  plannedMs: -Infinity,
};

const isNear = (one: number, other: number): boolean => Math.abs(one - other) <= CHANGE * other;

/** Whether the plan was made for another number of executions or calls, or five seconds ago. */
export const isOutdated = (
  { executions, callsPerMinute, plannedMs }: RatePlan,
  now: Pick<RatePlan, 'executions' | 'callsPerMinute'>,
  nowMs: number,
): boolean =>
  nowMs >= plannedMs + REPLAN_MS ||
  !isNear(now.executions, executions) ||
  !isNear(now.callsPerMinute, callsPerMinute);

/** When the plan must be made again although nothing happens: while the price is high it may fall. */
export const replanAtMs = ({ priceMs, plannedMs }: RatePlan): number =>
  priceMs > MIN_PRICE_MS ? plannedMs + REPLAN_MS : Infinity;

/** What one call tells of: an execution, or those of a job's list. */
interface Target {
  /** Expected ends per ms. */
  readonly ends: number;
  /** Calls of one reading. */
  readonly calls: number;
  /** Scans may tell of it. */
  readonly isScannable: boolean;
}

/** The execution that a scan may tell of: the only one of its job that is waited for, unless its row was no help. */
export const isScannable = ({ executions, isScanned }: WatchedJob, { nudged }: Watched): boolean =>
  executions.size === 1 && isScanned !== false && !nudged;

/** Adds what one call tells of each, of the executions of a job. */
function addTargets(job: WatchedJob, nowMs: number, targets: Target[]): void {
  const { executions, lifetime, listCalls, listNotBeforeMs } = job;
  const together = { ends: 0, calls: listCalls, isScannable: false };
  let listable = 0;
  if (listNotBeforeMs <= nowMs)
    for (const watched of executions.values()) if (!isAskedById(watched)) listable += 1;
  for (const watched of executions.values()) {
    const ends = expectedEnds(pollTarget(watched, lifetime, nowMs));
    if (listable > 1 && !isAskedById(watched)) together.ends += ends;
    else targets.push({ ends, calls: 1, isScannable: isScannable(job, watched) });
  }
  if (listable > 1) targets.push(together);
}

function targetsOf(jobs: ReadonlyMap<string, WatchedJob>, nowMs: number): readonly Target[] {
  const targets: Target[] = [];
  for (const job of jobs.values()) addTargets(job, nowMs, targets);
  return targets;
}

interface Bounds {
  readonly minPollMs: number;
  readonly longestMs: number;
}

/** Calls per ms for this target at a price: √(h/2λ) readings (docs/decisions/0020), λ being that of all their calls. */
function callsAt({ ends, calls }: Target, priceMs: number, { minPollMs, longestMs }: Bounds) {
  const readings = Math.sqrt(ends / (2 * priceMs * calls));
  return calls * Math.min(1 / minPollMs, Math.max(1 / longestMs, readings));
}

const sumOf = <Item>(items: readonly Item[], value: (item: Item) => number): number => {
  let sum = 0;
  for (const item of items) sum += value(item);
  return sum;
};

/** The pause between two scans by the same rule: their pages tell of all ends of these targets. */
function scanPause(ends: number, pages: number, priceMs: number, settings: PollBounds): number {
  const { minPollMs, maxPollMs } = settings;
  const pauseMs = Math.sqrt((2 * priceMs * pages) / Math.max(ends, Number.MIN_VALUE));
  return Math.max(SCAN_PAUSE_FACTOR * minPollMs, Math.min(maxPollMs, pauseMs));
}

/** Least price from {@link MIN_PRICE_MS} on at which these calls are few enough. */
function leastPrice(callsAtPrice: (priceMs: number) => number, most: number): number {
  if (callsAtPrice(MIN_PRICE_MS) <= most) return MIN_PRICE_MS;
  let [low, high] = [MIN_PRICE_MS, MAX_PRICE_MS];
  for (let n = 0; n < HALVINGS; n += 1) {
    const middle = Math.sqrt(low * high);
    if (callsAtPrice(middle) <= most) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * Shares out `callsPerMinute` among what is watched. Each end takes a call, and each execution is polled once per
 * `maxPollMs`, or as often as the calls allow in turn. Within that the price rises until the rest fits. Scans are made
 * where polls alone would take many calls; polls beside them are made once per `maxPollMs`. That follows from how many
 * executions are watched, never from a row of getJobs: what a row shows or leaves out makes polls due earlier only.
 */
export function planRate(
  jobs: ReadonlyMap<string, WatchedJob>,
  scan: JobScan,
  { executions, callsPerMinute }: Pick<RatePlan, 'executions' | 'callsPerMinute'>,
  nowMs: number,
  settings: PollBounds,
  before: RatePlan,
): RatePlan {
  const { minPollMs, maxPollMs } = settings;
  const targets = targetsOf(jobs, nowMs);
  const most = (PLANNED_PART * callsPerMinute) / MINUTE_MS;
  const ends = Math.min(
    MAX_PART_OF_ENDS * most,
    sumOf(targets, (target) => target.ends),
  );
  const reading = sumOf(targets, ({ calls }) => calls);
  const turns = Math.max(FAIR_PART * most, MAX_PART_OF_TURNS * (most - ends));
  const longestMs = Math.max(maxPollMs, reading / turns);
  const bounds = { minPollMs, longestMs };

  const scannable = targets.filter((target) => target.isScannable);
  const scannableEnds = sumOf(scannable, (target) => target.ends);
  const scanPauseAt = (priceMs: number): number =>
    scanPause(scannableEnds, scan.pages, priceMs, settings);
  const scanCallsAt = (priceMs: number): number =>
    scannable.length / longestMs + scan.pages / scanPauseAt(priceMs);
  const withoutScans = sumOf(scannable, (target) => callsAt(target, MIN_PRICE_MS, bounds));
  const from = before.scanPauseMs === undefined ? SCANS_FROM_PART : SCANS_FROM_PART / 2;
  const scans =
    nowMs >= scan.notBeforeMs &&
    scannable.length > JOBS_PER_PAGE * scan.pages &&
    withoutScans > (from * callsPerMinute) / MINUTE_MS &&
    scanCallsAt(MIN_PRICE_MS) <= MAX_PART_OF_SCANS * withoutScans;

  const polled = scans ? targets.filter((target) => !target.isScannable) : targets;
  const callsAtPrice = (priceMs: number): number =>
    ends +
    (scans ? scanCallsAt(priceMs) : 0) +
    sumOf(polled, (target) => callsAt(target, priceMs, bounds));
  const priceMs = leastPrice(callsAtPrice, most);
  // Where all fits, what is left shortens the turns.
  const spare = Math.max(0, most - callsAtPrice(priceMs));
  const turnMs = Math.max(maxPollMs, reading / (reading / longestMs + spare));
  return {
    priceMs,
    longestMs: turnMs,
    scanPauseMs: scans ? scanPauseAt(priceMs) : undefined,
    besideScansMs: scans ? inSteps(turnMs, before.besideScansMs) : undefined,
    executions,
    callsPerMinute,
    plannedMs: nowMs,
  };
}

/** The turns as they were, if that is near: all that was planned for them would have to be planned anew. */
const inSteps = (turnMs: number, beforeMs: number | undefined): number =>
  beforeMs !== undefined && isNear(turnMs, beforeMs) ? beforeMs : turnMs;

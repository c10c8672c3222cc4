import { expectedEnds, type PollBounds, type PollPrice } from './poll-interval.js';
import type { JobScan } from './job-scan.js';
import { isAskedById, pollTarget, type Watched, type WatchedJob } from './watched-execution.js';

/**
 * Distributes the allowed status calls among the awaited executions. Few executions are polled often, thousands share
 * the calls.
 */
export interface RatePlan extends Pick<PollPrice, 'priceMs' | 'longestMs'> {
  /** Pause between two scans; undefined: none are made. */
  readonly scanPauseMs: number | undefined;
  /** While scans are made: pause between two polls of an execution whose end they may show. It changes in steps. */
  readonly besideScansMs: number | undefined;
  /** Number of executions and calls for which the plan was made, and its time. */
  readonly executions: number;
  readonly callsPerMinute: number;
  readonly plannedMs: number;
}

/** Price of a call (λ) while calls suffice. It gives a mean delay of 5 s for a job of two hours with history. */
export const MIN_PRICE_MS = 16;
const MAX_PRICE_MS = 1e9;
/** Steps of the search for the price, which is then exact to a thousandth. */
const HALVINGS = 14;

/** Part of the calls that is planned. The rest is for failures, first polls and hints. */
const PLANNED_PART = 0.9;
/** Part of the calls that is kept for executions that have been due for longest. */
export const FAIR_PART = 1 / 8;
/** Largest part of the plan for expected ends: of an execution that has just begun too many are expected. */
const MAX_PART_OF_ENDS = 1 / 2;
/** Largest part of the rest for keeping `maxPollMs`. What remains goes where an end is likely. */
const MAX_PART_OF_TURNS = 3 / 4;

/** Scans are made only for more jobs than this per page: a young execution is polled often, but soon less often. */
const JOBS_PER_PAGE = 4;
/** Scans begin if polls without them would take more than this part of the calls, and end at half of this part. */
const SCANS_FROM_PART = 1 / 4;
/** Scans, with the polls beside them, must take at most this part of the polls without them. */
const MAX_PART_OF_SCANS = 1 / 2;
/**
 * Least pause between scans, in `minPollMs`. A page may have a thousand rows, so pages are read less often than an
 * execution.
 */
const SCAN_PAUSE_FACTOR = 4;

/** A plan is kept for {@link REPLAN_MS} while its inputs change by a smaller part. */
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

/** Whether the plan was made for another number of executions or calls, or is five seconds old. */
export const isOutdated = (
  { executions, callsPerMinute, plannedMs }: RatePlan,
  now: Pick<RatePlan, 'executions' | 'callsPerMinute'>,
  nowMs: number,
): boolean =>
  nowMs >= plannedMs + REPLAN_MS ||
  !isNear(now.executions, executions) ||
  !isNear(now.callsPerMinute, callsPerMinute);

/** When to plan again without an event: a high price may fall. */
export const replanAtMs = ({ priceMs, plannedMs }: RatePlan): number =>
  priceMs > MIN_PRICE_MS ? plannedMs + REPLAN_MS : Infinity;

/** Executions that one reading shows: one by id, or several of a job's list. */
interface Target {
  /** Expected ends per ms. */
  readonly ends: number;
  /** Number of calls of one reading. */
  readonly calls: number;
  /** Scans may show its end. */
  readonly isScannable: boolean;
}

/**
 * Whether scans may show the end of an execution: it is the only awaited one of its job, and its row did not show
 * another one.
 */
export const isScannable = ({ executions, isScanned }: WatchedJob, { nudged }: Watched): boolean =>
  executions.size === 1 && isScanned !== false && !nudged;

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

/**
 * Calls per ms for this target: √(h/2λ) readings (docs/decisions/0020), with λ the price of all calls of a reading.
 */
function callsAt({ ends, calls }: Target, priceMs: number, { minPollMs, longestMs }: Bounds) {
  const readings = Math.sqrt(ends / (2 * priceMs * calls));
  return calls * Math.min(1 / minPollMs, Math.max(1 / longestMs, readings));
}

const sumOf = <Item>(items: readonly Item[], value: (item: Item) => number): number => {
  let sum = 0;
  for (const item of items) sum += value(item);
  return sum;
};

/** Pause between two scans, also by √(h/2λ), with h the sum over all targets that the pages may show. */
function scanPause(ends: number, pages: number, priceMs: number, settings: PollBounds): number {
  const { minPollMs, maxPollMs } = settings;
  const pauseMs = Math.sqrt((2 * priceMs * pages) / Math.max(ends, Number.MIN_VALUE));
  return Math.max(SCAN_PAUSE_FACTOR * minPollMs, Math.min(maxPollMs, pauseMs));
}

/** Least price, at least {@link MIN_PRICE_MS}, at which there are at most `most` calls. */
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
 * Distributes `callsPerMinute` (docs/decisions/0052). Each end takes a call, and each execution is polled once per
 * `maxPollMs`, or as often as the calls allow in turn. The price rises until the rest fits. Scans are made where
 * polls alone would take many calls. Executions that scans may show are then polled in turn only. This follows from
 * the number of executions, never from a row of getJobs: a row can only make a poll due earlier.
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
  // If everything fits, the spare calls shorten the pause.
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

/** The former value if the new one is near, because every job must be planned again after a change. */
const inSteps = (turnMs: number, beforeMs: number | undefined): number =>
  beforeMs !== undefined && isNear(turnMs, beforeMs) ? beforeMs : turnMs;

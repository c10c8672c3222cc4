import { hazardNow, pauseMs } from './poll-interval.js';
import {
  pollTarget,
  type HubSettings,
  type Watched,
  type WatchedJob,
} from './watched-execution.js';

/**
 * getJobs as a detector of changes: its pages show the last execution of every job, so one call replaces a read of each
 * job with one awaited execution. It decides nothing: it brings reads forward, and spaces them out while it shows an
 * execution as running. How far it is trusted is learned.
 */
export interface Scans {
  /** Calls of one scan. */
  readonly pages: number;
  /** Infinity: reads of each job are cheaper. */
  readonly dueMs: number;
  /** Jobs that were waited for when that was found, and when. */
  readonly jobs: number;
  readonly plannedMs: number;
  readonly failures: number;
  /** No scan before this time, after failures or a stale answer. */
  readonly notBeforeMs: number;
  /** Ends that scans showed first, since the last stale answer. */
  readonly proofs: number;
}

export const NO_SCANS: Scans = {
  pages: 1,
  dueMs: Infinity,
  jobs: 0,
  plannedMs: -Infinity,
  failures: 0,
  notBeforeMs: -Infinity,
  proofs: 0,
};

/** Whether to scan. */
export const arePlanned = ({ dueMs }: Scans): boolean => dueMs < Infinity;

/** Factor by which scans must be cheaper than reads of each job, because some reads are still needed. */
const ADVANTAGE = 4;
/** A smaller relative change of the number of jobs keeps the plan. */
const CHANGE = 0.1;

/**
 * Rows say nothing about this execution: it has failures or is hidden, or a change is expected (a cancel, a read that a
 * row caused).
 */
export const isTroubled = ({ unlisted, endSeen, nudged, hintedMs, failures }: Watched): boolean =>
  unlisted || endSeen || nudged || hintedMs !== undefined || failures > 0;

/**
 * The execution of a job that its row of getJobs can stand for, as soon as the job's list has shown that no other goes on:
 * the only one that is waited for, and not in trouble.
 */
export function standsAlone(job: WatchedJob): Watched | undefined {
  if (job.executions.size !== 1 || job.coveredByScans === false) return undefined;
  const [watched] = job.executions.values();
  if (watched === undefined || watched.createdMs === undefined) return undefined;
  return isTroubled(watched) || watched.siblings === 'others' ? undefined : watched;
}

/** Time after which a plan without scans is made again: hazards change with age. */
const THOUGHT_OVER_MS = 300_000;

/** Whether the plan was made for another number of jobs, or long ago. */
export const isOutdated = (scans: Scans, jobs: number, nowMs: number): boolean =>
  Math.abs(jobs - scans.jobs) > CHANGE * scans.jobs ||
  (scans.dueMs === Infinity && jobs > 0 && nowMs > scans.plannedMs + THOUGHT_OVER_MS);

/**
 * When the next scan is due, if any. Looks at m jobs with hazards h cost, with their delays, Σ√(2λh) per unit of time,
 * scans of p calls √(2λp·Σh): the sum is taken before the root.
 */
export function planScan(
  scans: Scans,
  jobs: ReadonlyMap<string, WatchedJob>,
  nowMs: number,
  settings: HubSettings,
): Scans {
  const foreseen = [...jobs.values()].flatMap((job) => {
    const watched = standsAlone(job);
    return watched === undefined ? [] : [pollTarget(watched, job.lifetime, nowMs)];
  });
  // Reads are never closer than minPollMs: an execution that has just begun must not outweigh hundreds of running ones.
  const most = (2 * settings.callWorthMs) / settings.minPollMs ** 2;
  const hazards = foreseen.map((one) => Math.min(most, hazardNow(one)));
  const sum = hazards.reduce((all, hazard) => all + hazard, 0);
  const roots = hazards.reduce((all, hazard) => all + Math.sqrt(hazard), 0);
  const { pages, dueMs, notBeforeMs } = scans;
  const planned = { ...scans, jobs: jobs.size, plannedMs: nowMs };
  if (ADVANTAGE * pages * sum >= roots ** 2) return { ...planned, dueMs: Infinity };
  const callWorthMs = settings.callWorthMs * pages;
  const next = nowMs + pauseMs(foreseen, { ...settings, callWorthMs });
  // Waits that come and go meanwhile must not postpone it for ever.
  return { ...planned, dueMs: Math.max(Math.min(next, dueMs), notBeforeMs) };
}

/** The pages were read. */
export const afterScan = (scans: Scans, pages: number): Scans => ({
  ...scans,
  pages,
  dueMs: Infinity,
  failures: 0,
});

/** The pages could not be read: reads of each job continue. */
export const afterFailedScan = (scans: Scans, restMs: number, nowMs: number): Scans => ({
  ...scans,
  // A scan in progress when a stale answer was found must not shorten the pause after it.
  dueMs: Math.max(scans.notBeforeMs, nowMs + restMs),
  notBeforeMs: Math.max(scans.notBeforeMs, nowMs + restMs),
  failures: scans.failures + 1,
});

/** An end that it showed was confirmed. */
export const afterProof = (scans: Scans): Scans => ({ ...scans, proofs: scans.proofs + 1 });

/** Pause of scans after a stale answer. */
const DISTRUST_MS = 3_600_000;

/** A scan showed an execution as running long after its end. */
export const afterStaleScan = (scans: Scans, nowMs: number): Scans => ({
  ...scans,
  dueMs: nowMs + DISTRUST_MS,
  notBeforeMs: nowMs + DISTRUST_MS,
  proofs: 0,
});

/** Multiple of maxPollMs by which a scan may postpone a read; doubled with each proof. */
const FIRST_REACH = 5;
const LONGEST_REACH = 30;

/** Longest time between two reads of an execution that scans show as running. */
export const reachMs = ({ proofs }: Scans, { maxPollMs }: HubSettings): number =>
  maxPollMs * Math.min(LONGEST_REACH, FIRST_REACH * 2 ** proofs);

/** Lag of getJobs that does not count as stale. */
export const lagAllowedMs = ({ maxPollMs }: HubSettings): number => maxPollMs / 4;

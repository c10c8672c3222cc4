import { hazardNow, pauseMs } from './poll-interval.js';
import {
  pollTarget,
  type HubSettings,
  type Watched,
  type WatchedJob,
} from './watched-execution.js';

/**
 * getJobs as a detector of changes: its pages show the last execution of every job, so one call stands for a look at
 * each job that has one execution waited for. It settles nothing: it brings looks forward, and lets them be further
 * apart while it shows that an execution goes on. How far it may be trusted is learned.
 */
export interface Scans {
  /** Calls that one takes. */
  readonly pages: number;
  /** Infinity: looks at each job are cheaper. */
  readonly dueMs: number;
  /** Jobs that were waited for when that was found, and when. */
  readonly jobs: number;
  readonly plannedMs: number;
  readonly failures: number;
  /** Not before, after failures or a lie. */
  readonly notBeforeMs: number;
  /** Ends that it showed first, since it was last found wrong. */
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

/** Whether there is to be one. */
export const arePlanned = ({ dueMs }: Scans): boolean => dueMs < Infinity;

/** So many times cheaper than looks at each job it must be: looks are still needed now and then. */
const ADVANTAGE = 4;
/** Jobs that come and go by less than this part change no plan. */
const CHANGE = 0.1;

/** Nothing that a row says of it counts: it is in trouble or hidden, or something is on its way (a cancel, a look that a row asked for). */
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

/** Without scans it is thought over again after so long: ages change hazards. */
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
  // Looks are never closer than minPollMs: one that has just begun must not outweigh hundreds that go on.
  const most = (2 * settings.callWorthMs) / settings.minPollMs ** 2;
  const hazards = foreseen.map((one) => Math.min(most, hazardNow(one)));
  const sum = hazards.reduce((all, hazard) => all + hazard, 0);
  const roots = hazards.reduce((all, hazard) => all + Math.sqrt(hazard), 0);
  const { pages, dueMs, notBeforeMs } = scans;
  const planned = { ...scans, jobs: jobs.size, plannedMs: nowMs };
  if (ADVANTAGE * pages * sum >= roots ** 2) return { ...planned, dueMs: Infinity };
  const callWorthMs = settings.callWorthMs * pages;
  const next = nowMs + pauseMs(foreseen, { ...settings, callWorthMs });
  // Waits that come and go meanwhile must not put it off for ever.
  return { ...planned, dueMs: Math.max(Math.min(next, dueMs), notBeforeMs) };
}

/** The pages were read. */
export const afterScan = (scans: Scans, pages: number): Scans => ({
  ...scans,
  pages,
  dueMs: Infinity,
  failures: 0,
});

/** The pages could not be read: looks at each job go on. */
export const afterFailedScan = (scans: Scans, restMs: number, nowMs: number): Scans => ({
  ...scans,
  // One that was under way when a lie was found must not shorten the rest after it.
  dueMs: Math.max(scans.notBeforeMs, nowMs + restMs),
  notBeforeMs: Math.max(scans.notBeforeMs, nowMs + restMs),
  failures: scans.failures + 1,
});

/** An end that it showed was confirmed. */
export const afterProof = (scans: Scans): Scans => ({ ...scans, proofs: scans.proofs + 1 });

/** After a lie it is left alone for so long. */
const DISTRUST_MS = 3_600_000;

/** It showed an execution as going on long after its end. */
export const afterStaleScan = (scans: Scans, nowMs: number): Scans => ({
  ...scans,
  dueMs: nowMs + DISTRUST_MS,
  notBeforeMs: nowMs + DISTRUST_MS,
  proofs: 0,
});

/** How many times maxPollMs its word may keep a look away: twice as many with each proof. */
const FIRST_REACH = 5;
const LONGEST_REACH = 30;

/** The longest time between two looks at an execution that scans show as going on. */
export const reachMs = ({ proofs }: Scans, { maxPollMs }: HubSettings): number =>
  maxPollMs * Math.min(LONGEST_REACH, FIRST_REACH * 2 ** proofs);

/** How old what getJobs shows may be without being a lie. */
export const lagAllowedMs = ({ maxPollMs }: HubSettings): number => maxPollMs / 4;

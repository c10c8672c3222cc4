import { dateMs, isTerminal, type JobSummary } from '../contract/job.js';
import { ORDER_SLACK_MS } from './list-order.js';
import { hazardNow, pauseMs } from './poll-interval.js';
import {
  pollTarget,
  type HubSettings,
  type Watched,
  type WatchedJob,
} from './watched-execution.js';

/**
 * When to read the pages of getJobs. They show the last execution of every job, without its id and perhaps long behind
 * (NOTES §5.6). So a scan is a hint only: an end that it shows makes polls due, and nothing that it shows or leaves out
 * makes a poll later. Without scans every end would be seen too.
 */
export interface JobScan {
  /** Calls of the latest scan. */
  readonly pages: number;
  /** Infinity: no scans. */
  readonly dueMs: number;
  /** Jobs that were waited for when that was planned, and when. */
  readonly jobs: number;
  readonly plannedMs: number;
  /** Consecutive failed scans. */
  readonly failures: number;
  /** No scan before this time, after failures. */
  readonly notBeforeMs: number;
}

export const NO_SCAN: JobScan = {
  pages: 1,
  dueMs: Infinity,
  jobs: 0,
  plannedMs: -Infinity,
  failures: 0,
  notBeforeMs: -Infinity,
};

/** Scans are made where they take at most this part of the calls of the polls beside them. */
const MAX_PART = 1 / 2;
/** A smaller relative change of the number of jobs keeps the plan. */
const CHANGE = 0.1;
/** Time after which a plan without scans is made again: hazards change with age. */
const REPLAN_MS = 300_000;

/** Whether the plan was made for another number of jobs, or long ago. */
export const isOutdated = ({ jobs, dueMs, plannedMs }: JobScan, now: number, nowMs: number) =>
  Math.abs(now - jobs) > CHANGE * jobs ||
  (dueMs === Infinity && now > 0 && nowMs > plannedMs + REPLAN_MS);

/**
 * When the next scan is due, if any. With hazards h, polls of the jobs that scans may tell of take Σ√(h/2λ) calls per
 * unit of time, scans of p pages √(p·Σh/2λ): the sum is taken before the root. Equal hazards on m jobs make that a
 * share of √(p/m). Four jobs a page: half as many calls again, and less than half of the mean delay.
 */
export function planScan(
  scan: JobScan,
  jobs: ReadonlyMap<string, WatchedJob>,
  nowMs: number,
  settings: HubSettings,
): JobScan {
  const targets = [...jobs.values()].flatMap((job) => {
    const watched = scannedExecution(job);
    return watched === undefined ? [] : [pollTarget(watched, job.lifetime, nowMs)];
  });
  // Polls are never closer than minPollMs: an execution that has just begun must not outweigh hundreds of running ones.
  const most = (2 * settings.callWorthMs) / settings.minPollMs ** 2;
  const hazards = targets.map((target) => Math.min(most, hazardNow(target)));
  const sum = hazards.reduce((all, hazard) => all + hazard, 0);
  const roots = hazards.reduce((all, hazard) => all + Math.sqrt(hazard), 0);
  const { pages, dueMs, notBeforeMs } = scan;
  const planned = { ...scan, jobs: jobs.size, plannedMs: nowMs };
  if (Math.sqrt(pages * sum) >= MAX_PART * roots) return { ...planned, dueMs: Infinity };
  const callWorthMs = settings.callWorthMs * pages;
  const next = nowMs + pauseMs(targets, { ...settings, callWorthMs });
  // Waits that come and go meanwhile must not postpone it for ever.
  return { ...planned, dueMs: Math.max(Math.min(next, dueMs), notBeforeMs) };
}

/** The execution that a scan may tell of: the only one of its job that is waited for, unless its row was no help. */
function scannedExecution({ executions, isScanned }: WatchedJob): Watched | undefined {
  const [watched] = executions.values();
  return executions.size === 1 && isScanned !== false ? watched : undefined;
}

/** The pages were read. */
export const afterScan = (scan: JobScan, pages: number): JobScan => ({
  ...scan,
  pages,
  dueMs: Infinity,
  failures: 0,
});

/** The pages could not be read: polls are not affected. */
export const afterFailedScan = (scan: JobScan, pauseMs: number, nowMs: number): JobScan => ({
  ...scan,
  dueMs: nowMs + pauseMs,
  notBeforeMs: nowMs + pauseMs,
  failures: scan.failures + 1,
});

/** The last execution of a job, as its row of getJobs shows it. */
export type LastExecution = Pick<JobSummary, 'lastExecutionStatus' | 'lastExecutionDate'>;

/** Whether this row is the first one to show an end. */
export const showsEnd = (now: LastExecution, before: LastExecution | undefined): boolean =>
  now.lastExecutionStatus !== undefined &&
  isTerminal(now.lastExecutionStatus) &&
  (now.lastExecutionStatus !== before?.lastExecutionStatus ||
    now.lastExecutionDate !== before.lastExecutionDate);

/**
 * Whether the row may be about this execution. Its date may be that of the creation or of the start: which one is UNKNOWN
 * (NOTES §5.6). Other executions of the job that end all the time must not cost a poll each.
 */
export function mayBeAbout(row: LastExecution, { createdMs, startedMs }: Watched): boolean {
  const shownMs = dateMs(row.lastExecutionDate);
  if (Number.isNaN(shownMs) || createdMs === undefined) return true;
  const isNear = (ms: number): boolean => Math.abs(shownMs - ms) <= ORDER_SLACK_MS;
  return isNear(createdMs) || (startedMs === undefined ? shownMs > createdMs : isNear(startedMs));
}

/** Whether the row may show this execution, not ended: then later rows may show its end. */
export const showsRunning = (row: LastExecution, watched: Watched): boolean =>
  row.lastExecutionStatus !== undefined &&
  !isTerminal(row.lastExecutionStatus) &&
  mayBeAbout(row, watched);

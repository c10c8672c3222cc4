import { type JobScan, scanDueMs } from './job-scan.js';
import { FAIR_PART, isScannable, type RatePlan, replanAtMs } from './poll-rate.js';
import {
  isAskedById,
  type HubSettings,
  type Watched,
  type WatchedJob,
} from './watched-execution.js';

/** One call that is due. */
export type PlannedCall =
  | { readonly kind: 'get'; readonly jobId: string; readonly executionId: string }
  /** One reading of the newest executions of a job, for all that are named. */
  | {
      readonly kind: 'list';
      readonly jobId: string;
      readonly executionIds: readonly string[];
      /** When the oldest of them was created, as far as that is known; undefined where it is of none. */
      readonly oldestMs: number | undefined;
    }
  /** One reading of the pages of all jobs. */
  | { readonly kind: 'scan' };

/** Everything that decides which calls are due, except the clock. */
export interface PollState {
  readonly jobs: ReadonlyMap<string, WatchedJob>;
  readonly scan: JobScan;
  readonly rate: RatePlan;
  /** Urgent calls since the last one that was not. */
  readonly urgentInRow: number;
  /** Calls that have not ended, by {@link callKey}, with the time of their start. */
  readonly underWay: ReadonlyMap<string, number>;
}

export interface Plan {
  /** The most urgent call that is due; undefined when none is. */
  readonly call: PlannedCall | undefined;
  /** Whether it goes before calls that have been due for longer. */
  readonly isUrgent: boolean;
  /** Whether another one is due besides it. */
  readonly more: boolean;
  /** When something else becomes due; undefined when nothing will without an answer. */
  readonly wakeAtMs: number | undefined;
}

const getKey = (jobId: string, executionId: string): string => `get ${jobId} ${executionId}`;
const listKey = (jobId: string): string => `list ${jobId}`;
const SCAN_KEY = 'scan';

/** At most one call with the same key is under way. */
export function callKey(call: PlannedCall): string {
  if (call.kind === 'scan') return SCAN_KEY;
  return call.kind === 'get' ? getKey(call.jobId, call.executionId) : listKey(call.jobId);
}

/**
 * When the next read of an execution is due. Beside scans that may tell of its end, one that runs and was read is polled
 * once in a long pause, whatever their rows show. What is more urgent, or not told of by scans, goes by its own time.
 */
function dueMsOf(watched: Watched, job: WatchedJob, { besideScansMs }: RatePlan): number {
  const { dueMs, readMs, failures, hintedMs } = watched;
  if (besideScansMs === undefined || readMs === undefined || failures > 0) return dueMs;
  if (hintedMs !== undefined || isAskedById(watched) || !isScannable(job, watched)) return dueMs;
  return Math.max(dueMs, readMs + besideScansMs);
}

/** Action for one execution now: none before a time, a read by id, or its job's list. */
type Turn = number | 'get' | 'list';

interface Turning {
  readonly job: WatchedJob;
  /** Whether its list tells of several executions. */
  readonly shared: boolean;
  readonly state: PollState;
  readonly nowMs: number;
  readonly settings: HubSettings;
}

function turnOf(watched: Watched, dueMs: number, turning: Turning): Turn {
  const { job, shared, state, nowMs, settings } = turning;
  const { underWay } = state;
  // First, and without a key: it is so for most of thousands.
  if (dueMs > nowMs) return dueMs;
  if (underWay.has(getKey(job.jobId, watched.executionId))) return Infinity;
  if (!shared || isAskedById(watched) || job.listNotBeforeMs > nowMs) return 'get';
  const listSinceMs = underWay.get(listKey(job.jobId));
  if (listSinceMs === undefined) return 'list';
  // A slow list must not delay its waiters.
  const patienceEndsMs = listSinceMs + 2 * settings.minPollMs;
  return patienceEndsMs > nowMs ? patienceEndsMs : 'get';
}

/** A call and since when it is due; `executionId` undefined: of the list. */
interface Due {
  readonly executionId: string | undefined;
  readonly rank: number;
}

/** What one job asks for, until a time or until it changes. */
interface JobPlan {
  readonly urgent: Due | undefined;
  readonly other: Due | undefined;
  readonly count: number;
  readonly wakeAtMs: number;
}

/** A job plan and what it was made for. */
interface Remembered {
  readonly version: number;
  readonly besideScansMs: number | undefined;
  readonly plan: JobPlan;
}

/** Job plans that still hold, so that a plan for thousands costs little. */
export type PlanMemo = WeakMap<WatchedJob, Remembered>;

/** Ends to be confirmed, unless that fails; what a scan shows to have ended; what was cancelled. */
const isUrgent = ({ endSeen, hintedMs, nudged, failures }: Watched): boolean =>
  failures === 0 && (endSeen || hintedMs !== undefined || nudged);

const firstOf = (one: Due | undefined, other: Due): Due =>
  one !== undefined && one.rank <= other.rank ? one : other;

function planJob(job: WatchedJob, state: PollState, nowMs: number, settings: HubSettings): JobPlan {
  let wakeAtMs = Infinity;
  let [count, listable, lists] = [0, 0, false];
  let urgent: Due | undefined;
  let other: Due | undefined;
  for (const watched of job.executions.values()) if (!isAskedById(watched)) listable += 1;
  const turning = { job, shared: listable > 1, state, nowMs, settings };
  for (const watched of job.executions.values()) {
    const dueMs = dueMsOf(watched, job, state.rate);
    const turn = turnOf(watched, dueMs, turning);
    if (typeof turn === 'number') {
      wakeAtMs = Math.min(wakeAtMs, turn);
      continue;
    }
    if (turn === 'get' || !lists) count += 1;
    lists ||= turn === 'list';
    // The list may take its place as soon as it rests no more.
    if (turn === 'get' && job.listNotBeforeMs > nowMs)
      wakeAtMs = Math.min(wakeAtMs, job.listNotBeforeMs);
    const executionId = turn === 'get' ? watched.executionId : undefined;
    if (!isUrgent(watched)) other = firstOf(other, { executionId, rank: dueMs });
    else urgent = firstOf(urgent, { executionId, rank: watched.endSeen ? -Infinity : dueMs });
  }
  return { urgent, other, count, wakeAtMs };
}

function callOf(job: WatchedJob, { executionId }: Due): PlannedCall {
  const { jobId, executions } = job;
  if (executionId !== undefined) return { kind: 'get', jobId, executionId };
  const listable = [...executions.values()].filter((watched) => !isAskedById(watched));
  const oldestMs = listable.reduce(
    (oldest, { createdMs = Infinity }) => Math.min(oldest, createdMs),
    Infinity,
  );
  return {
    kind: 'list',
    jobId,
    executionIds: listable.map((watched) => watched.executionId),
    oldestMs: oldestMs === Infinity ? undefined : oldestMs,
  };
}

function remembered(
  memo: PlanMemo,
  job: WatchedJob,
  state: PollState,
  nowMs: number,
  settings: HubSettings,
): JobPlan {
  const { version } = job;
  const { besideScansMs } = state.rate;
  const known = memo.get(job);
  if (
    known?.version === version &&
    known.besideScansMs === besideScansMs &&
    nowMs < known.plan.wakeAtMs
  )
    return known.plan;
  const plan = planJob(job, state, nowMs, settings);
  memo.set(job, { version, besideScansMs, plan });
  return plan;
}

/** Urgent calls in a row after which one goes first that is not, if any is due: nobody waits for ever. */
const URGENT_IN_ROW = 1 / FAIR_PART - 1;

/**
 * Which call now, and when to think again. One execution of a job that is waited for: asked by id. Several: one
 * reading of the job's newest executions; what that does not show is asked by id, and so is every end that it shows.
 * Many jobs with one each: besides, scans over all jobs, which bring reads forward. Urgent calls go first, but for every
 * eighth; of the others the one that has been due for longest.
 * @param memo of an earlier call on the same state: jobs that have not changed since are not looked through again
 */
export function planCalls(
  state: PollState,
  nowMs: number,
  settings: HubSettings,
  memo: PlanMemo = new WeakMap(),
): Plan {
  const { rate, urgentInRow } = state;
  const scanMs = scanIsDueMs(state);
  let wakeAtMs = Math.min(replanAtMs(rate), scanMs > nowMs ? scanMs : Infinity);
  let count = scanMs <= nowMs ? 1 : 0;
  let urgent: readonly [Due, WatchedJob | undefined] | undefined =
    scanMs <= nowMs ? [{ executionId: undefined, rank: scanMs }, undefined] : undefined;
  let other: readonly [Due, WatchedJob] | undefined;
  for (const job of state.jobs.values()) {
    const plan = remembered(memo, job, state, nowMs, settings);
    count += plan.count;
    wakeAtMs = Math.min(wakeAtMs, plan.wakeAtMs);
    if (plan.urgent !== undefined && (urgent === undefined || plan.urgent.rank < urgent[0].rank))
      urgent = [plan.urgent, job];
    if (plan.other !== undefined && (other === undefined || plan.other.rank < other[0].rank))
      other = [plan.other, job];
  }
  const isTurn = urgent === undefined || (urgentInRow >= URGENT_IN_ROW && other !== undefined);
  const [due, job] = (isTurn ? other : urgent) ?? [];
  return {
    call: due && (job === undefined ? { kind: 'scan' } : callOf(job, due)),
    isUrgent: !isTurn,
    more: count > 1,
    wakeAtMs: wakeAtMs < Infinity ? wakeAtMs : undefined,
  };
}

/** Infinity: no scan is planned, or one is under way. */
const scanIsDueMs = ({ scan, rate: { scanPauseMs }, underWay }: PollState): number =>
  scanPauseMs === undefined || underWay.has(SCAN_KEY) ? Infinity : scanDueMs(scan, scanPauseMs);

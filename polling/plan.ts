import { type JobScan, scanDueMs } from './job-scan.js';
import { FAIR_PART, isScannable, type RatePlan, replanAtMs } from './poll-rate.js';
import {
  isAskedById,
  type HubSettings,
  type Watched,
  type WatchedJob,
} from './watched-execution.js';

export type PlannedCall =
  | { readonly kind: 'get'; readonly jobId: string; readonly executionId: string }
  /** One reading of the newest executions of a job, for several waits. */
  | {
      readonly kind: 'list';
      readonly jobId: string;
      readonly executionIds: readonly string[];
      /** Earliest known creation of these executions, epoch ms. */
      readonly oldestMs: number | undefined;
    }
  /** One reading of all pages of getJobs. */
  | { readonly kind: 'scan' };

/** Everything that decides which calls are due, except the clock. */
export interface PollState {
  readonly jobs: ReadonlyMap<string, WatchedJob>;
  readonly scan: JobScan;
  readonly rate: RatePlan;
  /** Number of consecutive urgent calls. */
  readonly urgentInRow: number;
  /** Start times of the calls in progress, by {@link callKey}. */
  readonly underWay: ReadonlyMap<string, number>;
}

export interface Plan {
  /** The call to make now; undefined: none is due. */
  readonly call: PlannedCall | undefined;
  /** It is made before calls that have been due for longer. */
  readonly isUrgent: boolean;
  /** Another call is due as well. */
  readonly more: boolean;
  /** When another call becomes due; undefined: none before an answer comes. */
  readonly wakeAtMs: number | undefined;
}

const getKey = (jobId: string, executionId: string): string => `get ${jobId} ${executionId}`;
const listKey = (jobId: string): string => `list ${jobId}`;
const SCAN_KEY = 'scan';

/** At most one call with a key is in progress. */
export function callKey(call: PlannedCall): string {
  if (call.kind === 'scan') return SCAN_KEY;
  return call.kind === 'get' ? getKey(call.jobId, call.executionId) : listKey(call.jobId);
}

/**
 * When the next read of an execution is due. While scans may show its end, a running execution is polled once per
 * `besideScansMs`, whatever the rows show. Otherwise its own due time applies.
 */
function dueMsOf(watched: Watched, job: WatchedJob, { besideScansMs }: RatePlan): number {
  const { dueMs, readMs, failures, hintedMs } = watched;
  if (besideScansMs === undefined || readMs === undefined || failures > 0) return dueMs;
  if (hintedMs !== undefined || isAskedById(watched) || !isScannable(job, watched)) return dueMs;
  return Math.max(dueMs, readMs + besideScansMs);
}

/** Action for one execution: nothing before a time (ms), a read by id, or a read of its job's list. */
type Action = number | 'get' | 'list';

interface JobContext {
  readonly job: WatchedJob;
  /** Several executions can be read from its list. */
  readonly shared: boolean;
  readonly state: PollState;
  readonly nowMs: number;
  readonly settings: HubSettings;
}

function actionOf(watched: Watched, dueMs: number, context: JobContext): Action {
  const { job, shared, state, nowMs, settings } = context;
  const { underWay } = state;
  // Checked first, because it is true for most of thousands, and makes no key.
  if (dueMs > nowMs) return dueMs;
  if (underWay.has(getKey(job.jobId, watched.executionId))) return Infinity;
  if (!shared || isAskedById(watched) || job.listNotBeforeMs > nowMs) return 'get';
  const listSinceMs = underWay.get(listKey(job.jobId));
  if (listSinceMs === undefined) return 'list';
  // A slow list must not delay waits.
  const patienceEndsMs = listSinceMs + 2 * settings.minPollMs;
  return patienceEndsMs > nowMs ? patienceEndsMs : 'get';
}

/** A due call. `executionId` undefined: of the list. The lowest rank is first. */
interface Due {
  readonly executionId: string | undefined;
  readonly rank: number;
}

/** Due calls of one job. Valid until `wakeAtMs`, or until the job changes. */
interface JobPlan {
  readonly urgent: Due | undefined;
  readonly other: Due | undefined;
  readonly count: number;
  readonly wakeAtMs: number;
}

interface Remembered {
  readonly version: number;
  readonly besideScansMs: number | undefined;
  readonly plan: JobPlan;
}

/** Valid plans of jobs, so that a plan for thousands costs little. */
export type PlanMemo = WeakMap<WatchedJob, Remembered>;

/** An end must be confirmed, a scan shows an end, or the execution was cancelled; unless its reads fail. */
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
  const context = { job, shared: listable > 1, state, nowMs, settings };
  for (const watched of job.executions.values()) {
    const dueMs = dueMsOf(watched, job, state.rate);
    const action = actionOf(watched, dueMs, context);
    if (typeof action === 'number') {
      wakeAtMs = Math.min(wakeAtMs, action);
      continue;
    }
    if (action === 'get' || !lists) count += 1;
    lists ||= action === 'list';
    // The list may be read instead when its pause ends.
    if (action === 'get' && job.listNotBeforeMs > nowMs)
      wakeAtMs = Math.min(wakeAtMs, job.listNotBeforeMs);
    const executionId = action === 'get' ? watched.executionId : undefined;
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

/** Most consecutive urgent calls while another call is due, so that no execution waits for ever. */
const URGENT_IN_ROW = 1 / FAIR_PART - 1;

/**
 * * Decides which call to make now, and when to plan again. The only awaited execution of a job is read by id.
 * Several are * read together from the job's list; those that it does not show, and ends that it shows, are read by
 * id. For many jobs * with one execution each there are scans besides, which make reads due earlier. Urgent calls go
 * first. One call in * eight is the one that has been due for longest. * @param memo of an earlier call on this
 * state; unchanged jobs are not planned again
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
  const isOtherFirst =
    urgent === undefined || (urgentInRow >= URGENT_IN_ROW && other !== undefined);
  const [due, job] = (isOtherFirst ? other : urgent) ?? [];
  return {
    call: due && (job === undefined ? { kind: 'scan' } : callOf(job, due)),
    isUrgent: !isOtherFirst,
    more: count > 1,
    wakeAtMs: wakeAtMs < Infinity ? wakeAtMs : undefined,
  };
}

/** Infinity: no scan is planned, or one is in progress. */
const scanIsDueMs = ({ scan, rate: { scanPauseMs }, underWay }: PollState): number =>
  scanPauseMs === undefined || underWay.has(SCAN_KEY) ? Infinity : scanDueMs(scan, scanPauseMs);

import type { JobScan } from './job-scan.js';
import type { HubSettings, Watched, WatchedJob } from './watched-execution.js';

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
  /** Calls that have not ended, by {@link callKey}, with the time of their start. */
  readonly underWay: ReadonlyMap<string, number>;
}

export interface Plan {
  /** The most urgent call that is due; undefined when none is. */
  readonly call: PlannedCall | undefined;
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

/** Whether its next read must be by id, whatever other waits there are. */
const isAskedById = ({ unlisted, endSeen }: Watched): boolean => unlisted || endSeen;

/** Action for one execution now: none before a time, a read by id, or its job's list. */
type Turn = number | 'get' | 'list';

function turnOf(
  watched: Watched,
  job: WatchedJob,
  shared: boolean,
  state: PollState,
  nowMs: number,
  settings: HubSettings,
): Turn {
  const { underWay } = state;
  const { dueMs } = watched;
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

interface Due {
  readonly call: PlannedCall;
  readonly rank: number;
}

/** What one job asks for, until a time or until it changes. */
interface JobPlan {
  readonly due: Due | undefined;
  readonly count: number;
  readonly wakeAtMs: number;
}

/** A job plan and what it was made for. */
interface Remembered {
  readonly version: number;
  readonly plan: JobPlan;
}

/** Job plans that still hold, so that a plan for thousands costs little. */
export type PlanMemo = WeakMap<WatchedJob, Remembered>;

/** A read caused by getJobs, and a scan, go before those that have been due for no longer than this. */
const LEAD_MS = 600_000;

/**
 * Ends to be confirmed go first, unless that fails; then the call that has waited longest, so that none waits for ever.
 */
function rankOf({ endSeen, hintedMs, failures, dueMs }: Watched): number {
  if (endSeen && failures === 0) return -Infinity;
  return hintedMs === undefined ? dueMs : dueMs - LEAD_MS;
}

function planJob(job: WatchedJob, state: PollState, nowMs: number, settings: HubSettings): JobPlan {
  let [wakeAtMs, getRank, listRank] = [Infinity, Infinity, Infinity];
  let [count, listable] = [0, 0];
  let executionId: string | undefined;
  for (const watched of job.executions.values()) if (!isAskedById(watched)) listable += 1;
  for (const watched of job.executions.values()) {
    const turn = turnOf(watched, job, listable > 1, state, nowMs, settings);
    const rank = rankOf(watched);
    if (turn === 'list') {
      if (listRank === Infinity) count += 1;
      listRank = Math.min(listRank, rank);
    } else if (turn === 'get') {
      count += 1;
      // The list may take its place as soon as it rests no more.
      if (job.listNotBeforeMs > nowMs) wakeAtMs = Math.min(wakeAtMs, job.listNotBeforeMs);
      if (executionId === undefined || rank < getRank)
        [getRank, executionId] = [rank, watched.executionId];
    } else wakeAtMs = Math.min(wakeAtMs, turn);
  }
  const { jobId } = job;
  if (executionId !== undefined && getRank <= listRank) {
    return { due: { call: { kind: 'get', jobId, executionId }, rank: getRank }, count, wakeAtMs };
  }
  if (listRank === Infinity) return { due: undefined, count, wakeAtMs };
  return { due: { call: listCall(job), rank: listRank }, count, wakeAtMs };
}

function listCall({ jobId, executions }: WatchedJob): PlannedCall {
  const listable = [...executions.values()].filter((watched) => !isAskedById(watched));
  const oldestMs = listable.reduce(
    (oldest, { createdMs = Infinity }) => Math.min(oldest, createdMs),
    Infinity,
  );
  return {
    kind: 'list',
    jobId,
    executionIds: listable.map(({ executionId }) => executionId),
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
  const known = memo.get(job);
  if (known?.version === version && nowMs < known.plan.wakeAtMs) return known.plan;
  const plan = planJob(job, state, nowMs, settings);
  memo.set(job, { version, plan });
  return plan;
}

/**
 * Which call now, and when to think again. One execution of a job that is waited for: asked by id. Several: one
 * reading of the job's newest executions; what that does not show is asked by id, and so is every end that it shows.
 * Many jobs with one each: besides, scans over all jobs, which bring reads forward.
 * @param memo of an earlier call on the same state: jobs that have not changed since are not looked through again
 */
export function planCalls(
  state: PollState,
  nowMs: number,
  settings: HubSettings,
  memo: PlanMemo = new WeakMap(),
): Plan {
  const scan = planScanCall(state, nowMs);
  let first = scan.due;
  let { count, wakeAtMs } = scan;
  for (const job of state.jobs.values()) {
    const plan = remembered(memo, job, state, nowMs, settings);
    count += plan.count;
    wakeAtMs = Math.min(wakeAtMs, plan.wakeAtMs);
    if (plan.due !== undefined && (first === undefined || plan.due.rank < first.rank)) {
      first = plan.due;
    }
  }
  return {
    call: first?.call,
    more: count > 1,
    wakeAtMs: wakeAtMs < Infinity ? wakeAtMs : undefined,
  };
}

function planScanCall({ scan, underWay }: PollState, nowMs: number): JobPlan {
  const { dueMs } = scan;
  if (underWay.has(SCAN_KEY)) return { due: undefined, count: 0, wakeAtMs: Infinity };
  if (dueMs > nowMs) return { due: undefined, count: 0, wakeAtMs: dueMs };
  return { due: { call: { kind: 'scan' }, rank: dueMs - LEAD_MS }, count: 1, wakeAtMs: Infinity };
}

import type { HubSettings, Watched } from './watched.js';

/** One call that is due, most urgent first. */
export type PlannedCall =
  | { readonly kind: 'get'; readonly jobId: string; readonly executionId: string }
  /** One reading of the newest executions of a job, for all that are named. */
  | { readonly kind: 'list'; readonly jobId: string; readonly executionIds: readonly string[] };

export interface WatchedJob {
  readonly jobId: string;
  readonly executions: ReadonlyMap<string, Watched>;
  /** Its list failed: until then its executions are asked by id. */
  readonly listNotBeforeMs: number;
}

/** Everything that "which calls now" depends on, but for the clock. */
export interface PollState {
  readonly jobs: ReadonlyMap<string, WatchedJob>;
  /** Calls that have not ended, by {@link callKey}, with the time of their start. */
  readonly underWay: ReadonlyMap<string, number>;
}

export interface Plan {
  readonly calls: readonly PlannedCall[];
  /** When something else becomes due; undefined when nothing will without an answer. */
  readonly wakeAtMs: number | undefined;
}

const getKey = (jobId: string, executionId: string): string => `get ${jobId} ${executionId}`;
const listKey = (jobId: string): string => `list ${jobId}`;

/** At most one call with the same key is under way. */
export const callKey = (call: PlannedCall): string =>
  call.kind === 'get' ? getKey(call.jobId, call.executionId) : listKey(call.jobId);

/** Whether the next look at it has to be by id, whatever others wait for. */
const isAskedById = ({ unlisted, endSeen }: Watched): boolean => unlisted || endSeen;

/** What becomes of one execution now: nothing before a time, a call of its own, or its job's list. */
type Turn = number | 'get' | 'list';

function turnOf(
  watched: Watched,
  job: WatchedJob,
  shared: boolean,
  { underWay }: PollState,
  nowMs: number,
  settings: HubSettings,
): Turn {
  if (underWay.has(getKey(job.jobId, watched.executionId))) return Infinity;
  if (watched.dueMs > nowMs) return watched.dueMs;
  if (!shared || isAskedById(watched) || job.listNotBeforeMs > nowMs) return 'get';
  const listSinceMs = underWay.get(listKey(job.jobId));
  if (listSinceMs === undefined) return 'list';
  // A list that answers slowly must not hold up those who wait for it.
  const patienceEndsMs = listSinceMs + 2 * settings.minPollMs;
  return patienceEndsMs > nowMs ? patienceEndsMs : 'get';
}

interface Due {
  readonly call: PlannedCall;
  readonly rank: number;
}

function planJob(job: WatchedJob, state: PollState, nowMs: number, settings: HubSettings) {
  const due: Due[] = [];
  let wakeAtMs = Infinity;
  let listRank = Infinity;
  const listed = [...job.executions.values()].filter((watched) => !isAskedById(watched));
  for (const watched of job.executions.values()) {
    const turn = turnOf(watched, job, listed.length > 1, state, nowMs, settings);
    // An end that only needs to be confirmed goes first; then whatever has waited longest.
    const rank = watched.endSeen ? -Infinity : watched.dueMs;
    if (turn === 'list') listRank = Math.min(listRank, rank);
    else if (turn === 'get') {
      due.push({
        call: { kind: 'get', jobId: job.jobId, executionId: watched.executionId },
        rank,
      });
    } else wakeAtMs = Math.min(wakeAtMs, turn);
  }
  if (listRank < Infinity) {
    const executionIds = listed.map(({ executionId }) => executionId);
    due.push({ call: { kind: 'list', jobId: job.jobId, executionIds }, rank: listRank });
  }
  return { due, wakeAtMs };
}

/**
 * Which calls now, and when to think again. One execution of a job that is waited for: asked by id. Several: one
 * reading of the job's newest executions; what that does not show is asked by id, and so is every end that it shows.
 */
export function planCalls(state: PollState, nowMs: number, settings: HubSettings): Plan {
  const due: Due[] = [];
  let wakeAtMs = Infinity;
  for (const job of state.jobs.values()) {
    const planned = planJob(job, state, nowMs, settings);
    due.push(...planned.due);
    wakeAtMs = Math.min(wakeAtMs, planned.wakeAtMs);
  }
  due.sort((a, b) => (a.rank === b.rank ? 0 : a.rank - b.rank));
  return {
    calls: due.map(({ call }) => call),
    wakeAtMs: wakeAtMs < Infinity ? wakeAtMs : undefined,
  };
}

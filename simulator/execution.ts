import type { ExecutionOutcome, JobCondition } from './job-script.js';

/** Start and end of an execution without further events. Times are ms since 1970; Infinity: never. */
export interface Plan {
  readonly startAt: number;
  readonly endAt: number;
  readonly outcome: ExecutionOutcome;
}

/**
 * `post`: executeJob; `workflow`: executeWorkflow; `schedule`: the schedule of a workflow's trigger; `foreign`:
 * another user; `history`: it existed from the beginning.
 */
export type ExecutionOrigin = 'post' | 'workflow' | 'schedule' | 'foreign' | 'history';

/** One execution. Its state at any time follows from this record; there are no timers. */
export interface ExecutionRecord {
  readonly executionId: string;
  readonly jobId: string;
  readonly origin: ExecutionOrigin;
  readonly submission: string | undefined;
  readonly triggerId: string | undefined;
  readonly triggerName: string | undefined;
  /** No answer shows it; getWorkflowExecutions selects by it. */
  readonly workflowId: string | undefined;
  /** Real run settings. The service may show others. */
  readonly condition: JobCondition;
  readonly acceptedAt: number;
  readonly createdAt: number;
  /** From this time on, lists and reads by id show it. */
  readonly shownAt: number;
  readonly waitingMs: number;
  readonly runningMs: number;
  readonly timeoutMs: number;
  readonly outcome: ExecutionOutcome;
  readonly timeoutOutcome: 'FAILED' | 'CANCELED';
  readonly shownAs: { readonly READY?: string; readonly RUNNING?: string };
  /** It starts only when the job is below its limit. */
  readonly queued: boolean;
  cancelAt: number;
  canceledByApi: boolean;
  plan: Plan;
}

/** READY, RUNNING or the outcome. */
export function statusAt({ plan }: ExecutionRecord, now: number): string {
  if (now >= plan.endAt) return plan.outcome;
  return now >= plan.startAt ? 'RUNNING' : 'READY';
}

export function isActive({ plan }: ExecutionRecord, now: number): boolean {
  return now < plan.endAt;
}

/** False for an execution that was canceled while it waited: it has an end and no start. */
export function hasStarted({ plan }: ExecutionRecord, now: number): boolean {
  return plan.startAt <= now && plan.startAt <= plan.endAt;
}

/** At the same time the natural end wins over the remote timeout, and both win over a cancel. */
function planFrom(execution: ExecutionRecord, startAt: number): Plan {
  const { runningMs, timeoutMs, cancelAt } = execution;
  const naturalEnd = startAt + runningMs;
  const timeLimit = startAt + timeoutMs;
  if (cancelAt < Math.min(naturalEnd, timeLimit)) {
    return { startAt, endAt: cancelAt, outcome: 'CANCELED' };
  }
  return naturalEnd <= timeLimit
    ? { startAt, endAt: naturalEnd, outcome: execution.outcome }
    : { startAt, endAt: timeLimit, outcome: execution.timeoutOutcome };
}

/**
 * Plans the unfinished executions of a job anew after an event at `now`. Those that have started keep their start.
 * @param active in the order of acceptance
 */
export function replan(active: readonly ExecutionRecord[], limit: number, now: number): void {
  const ends: number[] = [];
  for (const execution of active) {
    const earliest = execution.createdAt + execution.waitingMs;
    const isFixed = execution.plan.startAt <= now;
    const freeAt = execution.queued ? capacityFreeAt(ends, limit) : 0;
    const startAt = isFixed ? execution.plan.startAt : Math.max(earliest, freeAt);
    execution.plan = planFrom(execution, startAt);
    ends.push(execution.plan.endAt);
  }
}

function capacityFreeAt(ends: readonly number[], limit: number): number {
  const ascending = ends.toSorted((a, b) => a - b);
  return ascending[ascending.length - limit] ?? 0;
}

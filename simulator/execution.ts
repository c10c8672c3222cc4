import type { ExecutionOutcome, JobCondition } from './job-script.js';

/** When an execution starts and ends if nothing more happens to it; times are ms since 1970, Infinity is never. */
export interface Plan {
  readonly startAt: number;
  readonly endAt: number;
  readonly outcome: ExecutionOutcome;
}

/**
 * What started it: executeJob, executeWorkflow, the schedule of a workflow's trigger, somebody else, or it was
 * there from the beginning.
 */
export type ExecutionOrigin = 'post' | 'workflow' | 'schedule' | 'foreign' | 'history';

/** One execution as facts and a plan: its state at any time follows from them, no timer moves it. */
export interface ExecutionRecord {
  readonly executionId: string;
  readonly jobId: string;
  readonly origin: ExecutionOrigin;
  readonly submission: string | undefined;
  readonly triggerId: string | undefined;
  readonly triggerName: string | undefined;
  /** The API shows it nowhere, but lists the executions of a workflow. */
  readonly workflowId: string | undefined;
  /** What it really runs with, whatever the service shows. */
  readonly condition: JobCondition;
  readonly acceptedAt: number;
  readonly createdAt: number;
  /** From here on lists and reads by id show it. */
  readonly shownAt: number;
  readonly waitingMs: number;
  readonly runningMs: number;
  readonly timeoutMs: number;
  readonly outcome: ExecutionOutcome;
  readonly timeoutOutcome: 'FAILED' | 'CANCELED';
  readonly shownAs: { readonly READY?: string; readonly RUNNING?: string };
  /** It starts only when the job has a free place. */
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

/** False for one that was canceled while it waited: it has an end and no start. */
export function hasStarted({ plan }: ExecutionRecord, now: number): boolean {
  return plan.startAt <= now && plan.startAt <= plan.endAt;
}

/** The natural end wins over the time limit, and both over a cancel, when they fall together. */
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
 * Plans the unfinished executions of one job anew after an event at `now`; they come in the order of
 * acceptance. What has started keeps its start: the past does not change.
 */
export function replan(active: readonly ExecutionRecord[], limit: number, now: number): void {
  const ends: number[] = [];
  for (const execution of active) {
    const earliest = execution.createdAt + execution.waitingMs;
    const isFixed = execution.plan.startAt <= now;
    const freeAt = execution.queued ? placeFreeAt(ends, limit) : 0;
    const startAt = isFixed ? execution.plan.startAt : Math.max(earliest, freeAt);
    execution.plan = planFrom(execution, startAt);
    ends.push(execution.plan.endAt);
  }
}

function placeFreeAt(ends: readonly number[], limit: number): number {
  const ascending = ends.toSorted((a, b) => a - b);
  return ascending[ascending.length - limit] ?? 0;
}

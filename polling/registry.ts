import type { JobExecution } from '../contract/job.js';
import type { PollState, WatchedJob } from './plan.js';
import { watch, type HubSettings, type Watched } from './watched.js';

/** Which execution. */
export interface ExecutionRef {
  readonly jobId: string;
  readonly executionId: string;
}

/** One call of `wait`. Its functions are bound to the caller's async context and never throw. */
export interface Waiter {
  readonly ref: ExecutionRef;
  readonly registeredMs: number;
  /** Calls that served it. */
  calls: number;
  readonly told: (execution: JobExecution | undefined, error: unknown) => void;
  readonly end: (execution: JobExecution) => void;
  readonly fail: (reason: unknown) => void;
}

interface JobEntry extends WatchedJob {
  readonly executions: Map<string, Watched>;
  readonly waiters: Map<string, Set<Waiter>>;
  listNotBeforeMs: number;
  /** Failed readings of its list in a row. */
  listFailures: number;
}

/** Who waits for what: an execution is in it while somebody waits for it, a job while it has such executions. */
export class Registry implements PollState {
  readonly jobs = new Map<string, JobEntry>();
  readonly underWay = new Map<string, number>();

  add(waiter: Waiter, createdMs: number | undefined, settings: HubSettings): void {
    const { jobId, executionId } = waiter.ref;
    let job = this.jobs.get(jobId);
    if (job === undefined) {
      const none = { executions: new Map(), waiters: new Map(), listFailures: 0 };
      job = { jobId, listNotBeforeMs: 0, ...none };
      this.jobs.set(jobId, job);
    }
    const waiters = job.waiters.get(executionId);
    if (waiters !== undefined) {
      waiters.add(waiter);
      return;
    }
    job.waiters.set(executionId, new Set([waiter]));
    job.executions.set(executionId, watch(executionId, createdMs, waiter.registeredMs, settings));
  }

  remove(waiter: Waiter): void {
    const { jobId, executionId } = waiter.ref;
    const job = this.jobs.get(jobId);
    const waiters = job?.waiters.get(executionId);
    if (job === undefined || waiters === undefined) return;
    waiters.delete(waiter);
    if (waiters.size > 0) return;
    job.waiters.delete(executionId);
    job.executions.delete(executionId);
    if (job.executions.size === 0) this.jobs.delete(jobId);
  }

  /** A copy: telling waiters may remove them. */
  waitersOf({ jobId, executionId }: ExecutionRef): readonly Waiter[] {
    return [...(this.jobs.get(jobId)?.waiters.get(executionId) ?? [])];
  }

  allWaiters(): readonly Waiter[] {
    return [...this.jobs.values()].flatMap((job) =>
      [...job.waiters.values()].flatMap((waiters) => [...waiters]),
    );
  }

  watched({ jobId, executionId }: ExecutionRef): Watched | undefined {
    return this.jobs.get(jobId)?.executions.get(executionId);
  }

  /** Applies a transition, if anybody still waits for the execution. */
  change({ jobId, executionId }: ExecutionRef, transition: (watched: Watched) => Watched): void {
    const executions = this.jobs.get(jobId)?.executions;
    const watched = executions?.get(executionId);
    if (watched !== undefined) executions?.set(executionId, transition(watched));
  }
}

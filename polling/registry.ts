import type { DurationHistory } from '../contract/duration-history.js';
import type { JobExecution } from '../contract/job.js';
import { type DurationModel, lifetimeOf, NO_HISTORY } from './duration-model.js';
import { callKey, type Plan, type PlannedCall, type PollState } from './plan.js';
import { isWorthRetry, type JobScan, type LastExecution, NO_SCAN } from './job-scan.js';
import type { PollPrice } from './poll-interval.js';
import { isOutdated, NO_PLAN, planRate, type RatePlan } from './poll-rate.js';
import {
  afterCheaper,
  watch,
  type HubSettings,
  type Watched,
  type WatchedJob,
} from './watched-execution.js';

export interface ExecutionRef {
  readonly jobId: string;
  readonly executionId: string;
}

/** What is known of an execution when a wait begins. */
export interface WaitTarget extends ExecutionRef {
  /** When the service created it, epoch ms. An older execution is read less often. @default now */
  readonly createdMs?: number | undefined;
  /**
   * How long earlier executions of the job ran. The latest value is used for all executions of the job.
   * @default nothing is known
   */
  readonly seen?: DurationHistory;
  /** Remote timeout, ms. @default unknown */
  readonly timeoutMs?: number;
}

/** One call of `wait`. Its functions never throw. */
export interface Waiter {
  readonly ref: ExecutionRef;
  readonly registeredMs: number;
  /** Number of calls that served it. */
  calls: number;
  readonly told: (execution: JobExecution | undefined, error: unknown) => void;
  readonly end: (execution: JobExecution) => void;
  readonly fail: (reason: unknown) => void;
}

export interface JobEntry extends WatchedJob {
  readonly executions: Map<string, Watched>;
  readonly waiters: Map<string, Set<Waiter>>;
  seen: DurationHistory | undefined;
  lifetime: DurationModel;
  listNotBeforeMs: number;
  listCalls: number;
  /** Consecutive failed reads of its list. */
  listFailures: number;
  isScanned: boolean | undefined;
  /** Latest row of getJobs. */
  lastExecution: LastExecution | undefined;
  version: number;
}

/** Due times are adapted if the price falls by at least this factor. */
const CHEAPER = 1.5;

/** The waits of a hub. It holds an execution while that has a waiter, and a job while that has such executions. */
export class Registry implements PollState {
  readonly jobs = new Map<string, JobEntry>();
  readonly underWay = new Map<string, number>();
  scan: JobScan = NO_SCAN;
  rate: RatePlan = NO_PLAN;
  urgentInRow = 0;
  /** Number of awaited executions. */
  executions = 0;
  readonly #settings: HubSettings;
  /** Highest price, and longest pause, since due times were last adapted to a lower one. */
  #dearest: Pick<RatePlan, 'priceMs' | 'longestMs'> = NO_PLAN;

  constructor(settings: HubSettings) {
    this.#settings = settings;
  }

  get price(): PollPrice {
    const { minPollMs, maxPollMs } = this.#settings;
    const { priceMs, longestMs } = this.rate;
    return { minPollMs, priceMs, longestMs: Math.max(maxPollMs, longestMs) };
  }

  /** Plans the rate again if that is due. If calls have become cheaper, reads become due earlier. */
  replan(callsPerMinute: number, nowMs: number): void {
    const { executions, scan, rate } = this;
    if (executions === 0) {
      this.rate = NO_PLAN;
      return;
    }
    if (!isOutdated(rate, { executions, callsPerMinute }, nowMs)) return;
    if (rate.scanPauseMs === undefined && isWorthRetry(scan, nowMs))
      for (const job of this.jobs.values()) job.isScanned = undefined;
    const now = { executions, callsPerMinute };
    this.rate = planRate(this.jobs, scan, now, nowMs, this.#settings, rate);
    const { priceMs, longestMs } = this.#dearest;
    const isCheaper =
      this.rate.priceMs * CHEAPER < priceMs || this.rate.longestMs * CHEAPER < longestMs;
    if (isCheaper) this.#adapt(this.rate.priceMs / priceMs, nowMs);
    this.#dearest = {
      priceMs: isCheaper ? this.rate.priceMs : Math.max(priceMs, this.rate.priceMs),
      longestMs: isCheaper ? this.rate.longestMs : Math.max(longestMs, this.rate.longestMs),
    };
  }

  #adapt(part: number, nowMs: number): void {
    const { price } = this;
    for (const job of this.jobs.values()) {
      job.version += 1;
      for (const [executionId, watched] of job.executions)
        if (watched.dueMs > nowMs)
          job.executions.set(executionId, afterCheaper(watched, Math.min(1, part), price, nowMs));
    }
  }

  /** Lets the next {@link replan} plan again, because the inputs of the plan have changed. */
  outdate(): void {
    this.rate = { ...this.rate, plannedMs: -Infinity };
  }

  add(waiter: Waiter, target: WaitTarget): void {
    const { jobId, executionId, seen } = target;
    const job = this.jobs.get(jobId) ?? newEntry(jobId);
    this.jobs.set(jobId, job);
    job.version += 1;
    if (seen !== undefined && !isSame(seen, job.seen)) {
      job.seen = seen;
      job.lifetime = lifetimeOf(seen);
    }
    const waiters = job.waiters.get(executionId);
    if (waiters !== undefined) {
      waiters.add(waiter);
      return;
    }
    job.waiters.set(executionId, new Set([waiter]));
    job.isScanned = undefined;
    const watched = watch(target, job.lifetime, waiter.registeredMs, this.price);
    job.executions.set(executionId, watched);
    this.executions += 1;
  }

  remove(waiter: Waiter): void {
    const { jobId, executionId } = waiter.ref;
    const job = this.jobs.get(jobId);
    const waiters = job?.waiters.get(executionId);
    if (job === undefined || waiters === undefined) return;
    waiters.delete(waiter);
    if (waiters.size > 0) return;
    job.version += 1;
    job.isScanned = undefined;
    job.waiters.delete(executionId);
    job.executions.delete(executionId);
    this.executions -= 1;
    if (job.executions.size === 0) this.jobs.delete(jobId);
  }

  /** Returns a copy, because a settled waiter removes itself. */
  waitersOf({ jobId, executionId }: ExecutionRef): readonly Waiter[] {
    return [...(this.jobs.get(jobId)?.waiters.get(executionId) ?? [])];
  }

  /** Adds the calls to all its waiters. */
  serve({ jobId, executionId }: ExecutionRef, calls: number): void {
    const waiters = this.jobs.get(jobId)?.waiters.get(executionId) ?? [];
    for (const waiter of waiters) waiter.calls += calls;
  }

  allWaiters(): readonly Waiter[] {
    return [...this.jobs.values()].flatMap((job) =>
      [...job.waiters.values()].flatMap((waiters) => [...waiters]),
    );
  }

  watched({ jobId, executionId }: ExecutionRef): Watched | undefined {
    return this.jobs.get(jobId)?.executions.get(executionId);
  }

  /** Does nothing if the execution has no waiter. */
  change(
    { jobId, executionId }: ExecutionRef,
    transition: (watched: Watched, lifetime: DurationModel) => Watched,
  ): void {
    const job = this.jobs.get(jobId);
    const watched = job?.executions.get(executionId);
    if (job === undefined || watched === undefined) return;
    job.version += 1;
    job.executions.set(executionId, transition(watched, job.lifetime));
  }

  begin(call: PlannedCall, nowMs: number, isUrgent: Plan['isUrgent'] = false): void {
    this.urgentInRow = isUrgent ? this.urgentInRow + 1 : 0;
    this.underWay.set(callKey(call), nowMs);
    this.#changed(call);
  }

  finish(call: PlannedCall): void {
    this.underWay.delete(callKey(call));
    this.#changed(call);
  }

  #changed(call: PlannedCall): void {
    const job = call.kind === 'scan' ? undefined : this.jobs.get(call.jobId);
    if (job !== undefined) job.version += 1;
  }
}

const newEntry = (jobId: string): JobEntry => ({
  jobId,
  executions: new Map(),
  waiters: new Map(),
  seen: undefined,
  lifetime: NO_HISTORY,
  listNotBeforeMs: 0,
  listCalls: 1,
  listFailures: 0,
  isScanned: undefined,
  lastExecution: undefined,
  version: 0,
});

/** Waits of one job mostly have equal durations, and share one table. */
const isSame = (one: DurationHistory, other: DurationHistory | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

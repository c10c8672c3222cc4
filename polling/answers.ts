import { dateMs, isKnownStatus, isTerminal, type JobExecution } from '../contract/job.js';
import { isPermanent } from '../contract/failures.js';
import { toCallFailure } from './call-failure.js';
import {
  afterFailedScan,
  afterLag,
  afterScan,
  isBehind,
  type LastExecution,
  mayBeAbout,
  showsEnd,
  showsRunning,
} from './job-scan.js';
import type { NewestExecutions } from './newest-executions.js';
import { callKey, type PlannedCall } from './plan.js';
import type { ExecutionRef, JobEntry, Registry } from './registry.js';
import { backoffMs, pauseMs } from './poll-interval.js';
import {
  withAge,
  afterFailure,
  afterHint,
  afterListedEnd,
  afterStatus,
  afterUnlisted,
  pollTarget,
  isLost,
  type HubSettings,
  type Watched,
} from './watched-execution.js';

/** Receives warnings. Temporal's logger fits. */
export interface PollLog {
  warn(message: string, attributes?: Record<string, unknown>): void;
}

/** A failed list or scan pauses this many times longer than a failed read by id. Meanwhile executions are read by id. */
const LIST_REST = 10;

/** Applies answers. Only this code resolves and rejects waiters. */
export class Answers {
  readonly #registry: Registry;
  readonly #settings: HubSettings;
  readonly #log: PollLog | undefined;
  /** Number of statuses given to waiters. */
  reads = 0;

  constructor(registry: Registry, settings: HubSettings, log: PollLog | undefined) {
    this.#registry = registry;
    this.#settings = settings;
    this.#log = log;
  }

  /** Applies an execution that was read by id. */
  got(ref: ExecutionRef, execution: JobExecution, nowMs: number): void {
    this.#registry.serve(ref, 1);
    if (isTerminal(execution.status)) {
      this.#checkScans(ref, execution, nowMs);
      this.ended(ref, execution);
      return;
    }
    const pauseMs = this.#pauseMs(ref.jobId, [execution], 1, nowMs);
    const begunMs = this.#registry.underWay.get(callKey({ kind: 'get', ...ref }));
    this.#goesOn(ref, execution, (watched) =>
      afterStatus(watched, execution, nowMs, pauseMs, begunMs),
    );
  }

  /** If scans still showed as running an execution that ended long ago, they are not used for a while. */
  #checkScans(ref: ExecutionRef, { endDate }: JobExecution, nowMs: number): void {
    const { scan, jobs } = this.#registry;
    if (jobs.get(ref.jobId)?.isScanned !== true || !isBehind(scan, dateMs(endDate))) return;
    this.#registry.scan = afterLag(scan, nowMs);
    this.#registry.outdate();
  }

  /** Resolves all waiters with the confirmed end. */
  ended(ref: ExecutionRef, execution: JobExecution): void {
    for (const waiter of this.#registry.waitersOf(ref)) {
      this.reads += 1;
      waiter.end(execution);
    }
  }

  /** Applies a list of a job, which was read for `executionIds`. */
  listed(
    call: PlannedCall & { kind: 'list' },
    { rows, calls }: Pick<NewestExecutions, 'rows' | 'calls'>,
    nowMs: number,
  ): void {
    const { jobId, executionIds } = call;
    const job = this.#registry.jobs.get(jobId);
    if (job === undefined) return;
    job.listFailures = 0;
    job.listCalls = Math.max(1, calls);
    const begunMs = this.#registry.underWay.get(callKey(call));
    const asked = new Set(executionIds);
    for (const executionId of asked) this.#registry.serve({ jobId, executionId }, calls);
    const shown = new Map(rows.map((row) => [row.jobExecutionId, row]));
    const runs = rows.filter(
      ({ status, jobExecutionId }) => !isTerminal(status) && job.executions.has(jobExecutionId),
    );
    const pause = this.#pauseMs(jobId, runs, calls, nowMs);
    for (const executionId of [...job.executions.keys()]) {
      const ref = { jobId, executionId };
      const row = shown.get(executionId);
      if (row === undefined) {
        // An execution whose wait began during the read may be younger than the list.
        if (asked.has(executionId)) this.#registry.change(ref, afterUnlisted);
      } else if (isTerminal(row.status)) {
        this.#registry.change(ref, (watched) => afterListedEnd(watched, nowMs));
      } else if (this.#registry.watched(ref)?.endSeen !== true) {
        this.#goesOn(ref, row, (watched) => afterStatus(watched, row, nowMs, pause, begunMs));
      }
    }
  }

  /**
   * * Applies the pages of getJobs: ends that they show for the first time make polls due. * @param wanted jobs that
   * were waited for when the scan began
   */
  scanned(
    rows: ReadonlyMap<string, LastExecution>,
    wanted: ReadonlySet<string>,
    calls: number,
    nowMs: number,
  ): void {
    const registry = this.#registry;
    for (const job of registry.jobs.values()) {
      if (!wanted.has(job.jobId)) continue;
      const row = rows.get(job.jobId);
      if (row !== undefined && showsEnd(row, job.lastExecution)) this.#hint(job, row, nowMs);
      job.lastExecution = row;
      const [first] = job.executions.values();
      const isScanned = row !== undefined && first !== undefined && showsRunning(row, first);
      if (isScanned !== job.isScanned) job.version += 1;
      job.isScanned = isScanned;
    }
    registry.scan = afterScan(calls, nowMs);
  }

  scanFailed(error: unknown, nowMs: number): void {
    const { scan } = this.#registry;
    const { retryAfterMs = 0 } = toCallFailure(error);
    const restMs = LIST_REST * backoffMs(scan.failures + 1, this.#settings);
    this.#registry.scan = afterFailedScan(scan, Math.max(restMs, retryAfterMs), nowMs);
    this.#registry.outdate();
  }

  /** Whether a waiter must be rejected after this error, unless the list of the job shows the execution. */
  isGivenUp(ref: ExecutionRef, error: unknown, nowMs: number): boolean {
    const watched = this.#registry.watched(ref);
    if (watched === undefined || !isPermanent(toCallFailure(error))) return false;
    const missing = { ...watched, missingSinceMs: watched.missingSinceMs ?? nowMs };
    return this.#registry
      .waitersOf(ref)
      .some(({ registeredMs }) => isLost(missing, registeredMs, nowMs, this.#settings));
  }

  createdMs(ref: ExecutionRef): number | undefined {
    return this.#registry.watched(ref)?.createdMs;
  }

  /** Applies the row of an execution that is not found by id. It exists, and its end is taken from the list. */
  listedOnly(ref: ExecutionRef, row: JobExecution, calls: number, nowMs: number): void {
    this.#registry.serve(ref, calls);
    if (isTerminal(row.status)) {
      this.ended(ref, row);
      return;
    }
    const pauseMs = this.#pauseMs(ref.jobId, [row], calls, nowMs);
    this.#goesOn(ref, row, (watched) => afterStatus(watched, row, nowMs, pauseMs));
  }

  /**
   * * Applies a failed read of one or several executions. * @param isProven the list of the job does not show the
   * execution either
   */
  failed(
    call: Exclude<PlannedCall, { readonly kind: 'scan' }>,
    error: unknown,
    calls: number,
    nowMs: number,
    isProven = false,
  ): void {
    const { jobId } = call;
    const failure = toCallFailure(error);
    if (call.kind === 'list' && failure.failure !== 'DataFlowThrottled')
      this.#restList(jobId, nowMs);
    // Not-found for a list says nothing about one execution.
    const notFound = call.kind === 'get' && isPermanent(failure);
    const isInvalid = failure.failure === 'DataFlowInvalidInput'; // the client refused the call, and would refuse it again
    for (const executionId of call.kind === 'get' ? [call.executionId] : call.executionIds) {
      const ref = { jobId, executionId };
      this.#registry.serve(ref, calls);
      this.#registry.change(ref, (watched) =>
        afterFailure(watched, { ...failure, notFound }, nowMs, this.#settings),
      );
      for (const waiter of this.#registry.waitersOf(ref)) {
        waiter.told(undefined, error);
        const watched = isProven ? this.#registry.watched(ref) : undefined;
        const isGone = watched && isLost(watched, waiter.registeredMs, nowMs, this.#settings);
        if (isInvalid || isGone === true) waiter.fail(error);
      }
    }
  }

  /** Pause before the next joint read of these executions of one job. */
  #pauseMs(jobId: string, rows: readonly JobExecution[], calls: number, nowMs: number): number {
    const job = this.#registry.jobs.get(jobId);
    const targets = rows.flatMap((row) => {
      const watched = job?.executions.get(row.jobExecutionId);
      if (job === undefined || watched === undefined) return [];
      const { agedFromMs } = withAge(watched, row, nowMs);
      const { nudged, timeoutMs } = watched;
      return [pollTarget({ agedFromMs, nudged, timeoutMs }, job.lifetime, nowMs)];
    });
    const { price } = this.#registry;
    return pauseMs(targets, { ...price, priceMs: price.priceMs * Math.max(1, calls) });
  }

  #hint({ jobId, executions }: JobEntry, row: LastExecution, nowMs: number): void {
    for (const [executionId, watched] of [...executions]) {
      if (!mayBeAbout(row, watched)) continue;
      this.#registry.change({ jobId, executionId }, () => afterHint(watched, nowMs));
    }
  }

  #goesOn(ref: ExecutionRef, execution: JobExecution, next: (watched: Watched) => Watched): void {
    const { status } = execution;
    if (!isKnownStatus(status) && this.#registry.watched(ref)?.lastStatus !== status) {
      this.#log?.warn(
        `Execution ${ref.executionId} has the unknown status ${status}, which counts as not ended`,
        {
          ...ref,
          status,
        },
      );
    }
    this.#registry.change(ref, next);
    for (const waiter of this.#registry.waitersOf(ref)) {
      this.reads += 1;
      waiter.told(execution, undefined);
    }
  }

  /**
   * Pauses the list of a job after a failure. Not after a 429: a list takes fewer calls than reading each execution
   * by id.
   */
  #restList(jobId: string, nowMs: number): void {
    const job = this.#registry.jobs.get(jobId);
    if (job === undefined) return;
    job.listFailures += 1;
    job.listNotBeforeMs = nowMs + LIST_REST * backoffMs(job.listFailures, this.#settings);
  }
}

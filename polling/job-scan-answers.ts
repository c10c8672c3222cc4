import type { JobExecution } from '../contract/job.js';
import { toCallFailure } from './call-failure.js';
import type { JobRows } from './job-pages.js';
import {
  isOther,
  type LastExecution,
  lastExecutionOf,
  mayBeAbout,
  showsEnd,
  showsGoingOn,
} from './job-row.js';
import type { ExecutionRef, JobEntry, Registry } from './registry.js';
import { backoffMs } from './poll-interval.js';
import {
  afterFailedScan,
  afterStaleScan,
  afterProof,
  afterScan,
  arePlanned,
  isOutdated,
  lagAllowedMs,
  planScan,
  reachMs,
  standsAlone,
} from './job-scan.js';
import {
  withoutScanHints,
  afterHint,
  afterRowChange,
  afterUnswept,
  afterTrustedRow,
  type HubSettings,
} from './watched-execution.js';

/** Factor by which a failed scan pauses longer than an execution; reads of each job continue. */
const SCAN_REST = 10;
/** A scan postpones reads for this many pauses between scans: if scans fail, reads resume soon. */
const PAUSES_KEPT = 3;

/** Applies the pages of getJobs to the waiters. They never end a wait. */
export class ScanAnswers {
  readonly #registry: Registry;
  readonly #settings: HubSettings;
  /** Reads that a row replaced. */
  trusted = 0;
  #wanted: ReadonlySet<string> = new Set();

  constructor(registry: Registry, settings: HubSettings) {
    this.#registry = registry;
    this.#settings = settings;
  }

  /** The jobs whose rows are of use. */
  wanted(): ReadonlySet<string> {
    this.#wanted = new Set(this.#registry.jobs.keys());
    return this.#wanted;
  }

  /** Makes a plan for scans again when jobs have come or gone. */
  keepPlanned(nowMs: number): void {
    const { scans, jobs } = this.#registry;
    if (!isOutdated(scans, jobs.size, nowMs)) return;
    if (!arePlanned(scans)) {
      for (const job of jobs.values()) {
        // Rows that did not fit then may do so by now.
        job.coveredByScans = undefined;
        job.version += 1;
        this.#registry.changeJob(job, afterUnswept);
      }
    }
    this.#registry.scans = planScan(scans, jobs, nowMs, this.#settings);
  }

  read({ rows, pages, dateMs }: JobRows, nowMs: number): void {
    const registry = this.#registry;
    const trustedJobs: JobEntry[] = [];
    for (const job of registry.jobs.values()) {
      if (!this.#wanted.has(job.jobId)) continue; // came while the pages were read
      const row = rows.get(job.jobId);
      const now = row && lastExecutionOf(row);
      if (now !== undefined && showsEnd(now, job.lastExecution)) this.#hint(job, now, nowMs);
      // The execution it is about must be determined again.
      if (isOther(now, job.lastExecution)) registry.changeJob(job, afterRowChange);
      job.lastExecution = now;
      const [only] = job.executions.values();
      const isCovered = now !== undefined && only !== undefined && showsGoingOn(now, only);
      if (job.coveredByScans !== isCovered) job.version += 1;
      job.coveredByScans = isCovered;
      if (isCovered && standsAlone(job)?.siblings === 'none') trustedJobs.push(job);
    }
    registry.scans = planScan(
      afterScan(registry.scans, pages),
      registry.jobs,
      nowMs,
      this.#settings,
    );
    this.#trust(trustedJobs, dateMs ?? nowMs, nowMs);
  }

  failed(error: unknown, nowMs: number): void {
    const { scans } = this.#registry;
    const { retryAfterMs = 0 } = toCallFailure(error);
    const restMs = SCAN_REST * backoffMs(scans.failures + 1, this.#settings);
    this.#registry.scans = afterFailedScan(scans, Math.max(restMs, retryAfterMs), nowMs);
  }

  #hint({ jobId, executions }: JobEntry, now: LastExecution, nowMs: number): void {
    for (const [executionId, watched] of [...executions]) {
      if (!mayBeAbout(now, watched)) continue;
      this.#registry.change({ jobId, executionId }, () => afterHint(watched, nowMs));
    }
  }

  #trust(jobs: readonly JobEntry[], serviceMs: number, nowMs: number): void {
    const { scans } = this.#registry;
    if (scans.dueMs === Infinity || scans.notBeforeMs > nowMs) return;
    const keptMs = nowMs + PAUSES_KEPT * (scans.dueMs - nowMs);
    const reach = reachMs(scans, this.#settings);
    this.trusted += jobs.length;
    for (const { jobId, executions } of jobs) {
      const [executionId = ''] = executions.keys();
      this.#registry.change({ jobId, executionId }, (watched) =>
        afterTrustedRow(watched, serviceMs, Math.min(keptMs, watched.lookedMs + reach)),
      );
    }
  }
}

/** Learns from a confirmed end whether scans had shown it, or had shown the execution as running long after it. */
export function judgeScans(
  registry: Registry,
  ref: ExecutionRef,
  { endDate }: JobExecution,
  nowMs: number,
  settings: HubSettings,
): void {
  const watched = registry.watched(ref);
  if (watched === undefined) return;
  const endMs = Date.parse(endDate ?? '');
  if ((watched.trustedMs ?? -Infinity) > endMs + lagAllowedMs(settings)) {
    registry.scans = afterStaleScan(registry.scans, nowMs);
    for (const job of registry.jobs.values()) registry.changeJob(job, withoutScanHints);
  } else if (watched.hintedMs !== undefined) {
    registry.scans = afterProof(registry.scans);
  }
}

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
import { backoffMs } from './schedule.js';
import {
  afterFailedSweep,
  afterLie,
  afterProof,
  afterSweep,
  arePlanned,
  isOutdated,
  lagAllowedMs,
  planSweep,
  reachMs,
  standsAlone,
} from './sweep.js';
import {
  afterDistrust,
  afterHint,
  afterRowChange,
  afterUnswept,
  afterVouched,
  type HubSettings,
} from './watched.js';

/** A failed sweep is left alone for longer than an execution: each job's own looks go on. */
const SWEEP_REST = 10;
/** For so many pauses between sweeps one of them keeps looks away: where they fail, looks soon come back. */
const PAUSES_KEPT = 3;

/** What the pages of getJobs mean for those who wait. They end no wait. */
export class SweepAnswers {
  readonly #registry: Registry;
  readonly #settings: HubSettings;
  /** Looks that a row stood for. */
  vouches = 0;
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

  /** Makes a plan for sweeps again when jobs have come or gone. */
  keepPlanned(nowMs: number): void {
    const { sweeps, jobs } = this.#registry;
    if (!isOutdated(sweeps, jobs.size, nowMs)) return;
    if (!arePlanned(sweeps)) {
      for (const job of jobs.values()) {
        // Rows that did not fit then may do so by now.
        job.coveredBySweeps = undefined;
        job.version += 1;
        this.#registry.changeJob(job, afterUnswept);
      }
    }
    this.#registry.sweeps = planSweep(sweeps, jobs, nowMs, this.#settings);
  }

  read({ rows, pages, dateMs }: JobRows, nowMs: number): void {
    const registry = this.#registry;
    const vouched: JobEntry[] = [];
    for (const job of registry.jobs.values()) {
      if (!this.#wanted.has(job.jobId)) continue; // came while the pages were read
      const row = rows.get(job.jobId);
      const now = row && lastExecutionOf(row);
      if (now !== undefined && showsEnd(now, job.lastExecution)) this.#hint(job, now, nowMs);
      // Whom it is about has to be seen anew.
      if (isOther(now, job.lastExecution)) registry.changeJob(job, afterRowChange);
      job.lastExecution = now;
      const [only] = job.executions.values();
      const isCovered = now !== undefined && only !== undefined && showsGoingOn(now, only);
      if (job.coveredBySweeps !== isCovered) job.version += 1;
      job.coveredBySweeps = isCovered;
      if (isCovered && standsAlone(job)?.company === 'none') vouched.push(job);
    }
    registry.sweeps = planSweep(
      afterSweep(registry.sweeps, pages),
      registry.jobs,
      nowMs,
      this.#settings,
    );
    this.#vouch(vouched, dateMs ?? nowMs, nowMs);
  }

  failed(error: unknown, nowMs: number): void {
    const { sweeps } = this.#registry;
    const { retryAfterMs = 0 } = toCallFailure(error);
    const restMs = SWEEP_REST * backoffMs(sweeps.failures + 1, this.#settings);
    this.#registry.sweeps = afterFailedSweep(sweeps, Math.max(restMs, retryAfterMs), nowMs);
  }

  #hint({ jobId, executions }: JobEntry, now: LastExecution, nowMs: number): void {
    for (const [executionId, watched] of [...executions]) {
      if (!mayBeAbout(now, watched)) continue;
      this.#registry.change({ jobId, executionId }, () => afterHint(watched, nowMs));
    }
  }

  #vouch(jobs: readonly JobEntry[], serviceMs: number, nowMs: number): void {
    const { sweeps } = this.#registry;
    if (sweeps.dueMs === Infinity || sweeps.notBeforeMs > nowMs) return;
    const keptMs = nowMs + PAUSES_KEPT * (sweeps.dueMs - nowMs);
    const reach = reachMs(sweeps, this.#settings);
    this.vouches += jobs.length;
    for (const { jobId, executions } of jobs) {
      const [executionId = ''] = executions.keys();
      this.#registry.change({ jobId, executionId }, (watched) =>
        afterVouched(watched, serviceMs, Math.min(keptMs, watched.lookedMs + reach)),
      );
    }
  }
}

/** A confirmed end says whether sweeps had shown it, or had shown the execution as going on long after it. */
export function judgeSweeps(
  registry: Registry,
  ref: ExecutionRef,
  { endDate }: JobExecution,
  nowMs: number,
  settings: HubSettings,
): void {
  const watched = registry.watched(ref);
  if (watched === undefined) return;
  const endMs = Date.parse(endDate ?? '');
  if ((watched.vouchedMs ?? -Infinity) > endMs + lagAllowedMs(settings)) {
    registry.sweeps = afterLie(registry.sweeps, nowMs);
    for (const job of registry.jobs.values()) registry.changeJob(job, afterDistrust);
  } else if (watched.hintedMs !== undefined) {
    registry.sweeps = afterProof(registry.sweeps);
  }
}

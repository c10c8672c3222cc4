import type { DataFlowClient } from '../client/client.js';
import { type JobSummary, rowsOn } from '../contract/job.js';
import type { Answers } from './answers.js';
import { toCallFailure } from './call-failure.js';
import type { RateLimiter } from './rate-limiter.js';
import type { PollClock } from './clock.js';
import { createNewestReader, type NewestReader } from './newest-executions.js';
import type { PlannedCall } from './plan.js';

interface StatusCallsParts {
  readonly client: DataFlowClient;
  readonly rateLimiter: RateLimiter;
  readonly newest: NewestReader;
  readonly answers: Answers;
  /** Jobs with awaited executions. */
  readonly jobIds: () => Iterable<string>;
  readonly clock: PollClock;
}

/** For more executions than this a list is read up to the oldest of them, with the largest pages (NOTES §5.11). */
const MANY = 50;
const WIDE_PAGE = 1_000;

const OPERATIONS = {
  get: 'getJobExecutionById',
  list: 'getJobExecutions',
  scan: 'getJobs',
} as const;

/** Makes planned calls, and applies their answers. */
export class StatusCalls {
  readonly made = { getJobExecutionById: 0, getJobExecutions: 0, getJobs: 0 };
  readonly #parts: StatusCallsParts;
  readonly #wide: NewestReader;

  constructor(parts: StatusCallsParts) {
    this.#parts = parts;
    const { client, rateLimiter } = parts;
    this.#wide = createNewestReader(client, { rateLimiter, pageSize: WIDE_PAGE });
  }

  /** Never rejects. @param signal ends the call without a failure */
  async make(call: PlannedCall, signal: AbortSignal): Promise<void> {
    let calls = 0;
    const onCall = (): void => {
      calls += 1;
      this.made[OPERATIONS[call.kind]] += 1;
    };
    try {
      await this.#make(call, signal, onCall);
    } catch (error) {
      if (signal.aborted) return;
      const { answers, clock } = this.#parts;
      const nowMs = clock.nowMs();
      if (call.kind === 'scan') answers.scanFailed(error, nowMs);
      else if (call.kind === 'get' && answers.isGivenUp(call, error, nowMs))
        await this.#askList(call, error, signal);
      else answers.failed(call, error, calls, nowMs);
    }
  }

  /**
   * Reads the list of the job before waiters of an execution are rejected that is not found by id. If the list shows
   * it, it exists.
   */
  async #askList(call: PlannedCall & { kind: 'get' }, notFound: unknown, signal: AbortSignal) {
    const { newest, answers, clock } = this.#parts;
    const { jobId, executionId } = call;
    const createdMs = answers.createdMs(call);
    let calls = 1;
    const onCall = (): void => {
      calls += 1;
      this.made.getJobExecutions += 1;
    };
    try {
      const { rows } = await newest.read(jobId, {
        ...{ signal, priority: 'poll', onCall },
        ...(createdMs !== undefined && { untilOlderThanMs: createdMs }),
      });
      const row = rows.find(({ jobExecutionId }) => jobExecutionId === executionId);
      if (row === undefined) answers.failed(call, notFound, calls, clock.nowMs(), true);
      else answers.listedOnly(call, row, calls, clock.nowMs());
    } catch (error) {
      if (signal.aborted) return;
      const isJobGone = toCallFailure(error).failure === 'DataFlowNotFound';
      answers.failed(call, notFound, calls, clock.nowMs(), isJobGone);
    }
  }

  #make(call: PlannedCall, signal: AbortSignal, onCall: () => void): Promise<void> {
    switch (call.kind) {
      case 'get':
        return this.#get(call, signal, onCall);
      case 'list':
        return this.#list(call, signal, onCall);
      case 'scan':
        return this.#scan(signal, onCall);
    }
  }

  async #get(call: PlannedCall & { kind: 'get' }, signal: AbortSignal, onCall: () => void) {
    const { jobId, executionId } = call;
    const { client, answers, clock } = this.#parts;
    onCall();
    const { output } = await client.call('getJobExecutionById', { jobId, executionId }, { signal });
    if (output.jobExecutionId !== executionId) {
      throw new Error(
        `getJobExecutionById of execution ${executionId} was answered with execution ${output.jobExecutionId}`,
      );
    }
    answers.got({ jobId, executionId }, output, clock.nowMs());
  }

  async #list(call: PlannedCall & { kind: 'list' }, signal: AbortSignal, onCall: () => void) {
    const { newest, answers, clock } = this.#parts;
    const { jobId, executionIds, oldestMs } = call;
    // The hub has acquired the first call.
    const options = { signal, prepaid: true, priority: 'poll', brief: true, onCall } as const;
    // A few executions that are far older than the others take fewer calls by id than the pages between.
    const isEnough = (shown: ReadonlyMap<string, unknown>, calls: number): boolean =>
      executionIds.filter((executionId) => !shown.has(executionId)).length <= calls;
    const reading =
      executionIds.length > MANY && oldestMs !== undefined
        ? await this.#wide.read(jobId, { ...options, untilOlderThanMs: oldestMs, isEnough })
        : await newest.read(jobId, options);
    answers.listed(call, reading, clock.nowMs());
  }

  async #scan(signal: AbortSignal, onCall: () => void) {
    const { client, rateLimiter, jobIds, answers, clock } = this.#parts;
    const wanted = new Set(jobIds());
    const { rows, pages } = await readJobRows(wanted, { client, rateLimiter, signal, onCall });
    answers.scanned(rows, wanted, pages, clock.nowMs());
  }
}

/** Rows on a page by default (DOC, NOTES §5.11). */
const JOBS_PAGE_SIZE = 1_000;
/** A service that ignores `page` would never return a last one. */
const MAX_JOBS_PAGES = 100;

interface ReadJobs extends Pick<StatusCallsParts, 'client' | 'rateLimiter'> {
  readonly signal: AbortSignal;
  readonly onCall: () => void;
}

/**
 * Reads pages of getJobs until all wanted jobs were shown, or to the end: a page that is empty, or shorter than an
 * earlier one. A page may have fewer rows than were asked for. The caller has acquired the first call.
 */
async function readJobRows(
  wanted: ReadonlySet<string>,
  { client, rateLimiter, signal, onCall }: ReadJobs,
): Promise<{ readonly rows: ReadonlyMap<string, JobSummary>; readonly pages: number }> {
  const rows = new Map<string, JobSummary>();
  let longest = 1;
  for (let page = 0; ; page += 1) {
    if (page > 0) await rateLimiter.acquire(signal, 'poll');
    onCall();
    const { output } = await client.call('getJobs', { page, limit: JOBS_PAGE_SIZE }, { signal });
    for (const row of output.list) if (wanted.has(row.jobId)) rows.set(row.jobId, row);
    const held = rowsOn(output);
    if (held < longest || rows.size === wanted.size || page + 1 >= MAX_JOBS_PAGES)
      return { rows, pages: page + 1 };
    longest = held;
  }
}

import type { DataFlowClient } from '../client/client.js';
import { isTerminal, type JobExecution, type Page, rowsOn } from '../contract/job.js';
import type { RateLimiter, Priority } from './rate-limiter.js';
import { newestFirst } from './list-order.js';
import {
  ExecutionListTooLong,
  isBeyondReading,
  newestPages,
  type Learned,
  type ListPage,
  type ReadBack,
} from './newest-pages.js';

export interface NewestReaderOptions {
  /** Every call of a reading takes from it first. @default no limit */
  readonly rateLimiter?: RateLimiter;
  /** Rows per page. @default 100 */
  readonly pageSize?: number;
  /** Calls after which a reading fails as {@link ExecutionListTooLong}. @default 200 */
  readonly mostCalls?: number;
  /** Jobs whose list order is remembered; the one read longest ago is forgotten first. @default 10000 */
  readonly rememberedJobs?: number;
}

export interface ReadOptions {
  readonly signal?: AbortSignal;
  /**
   * Epoch ms: read until every row created at or after it was read; -Infinity: read the whole list. A function is given
   * the latest createdDate read so far. Left out: at least the newest page's worth.
   */
  readonly untilOlderThanMs?: ReadBack;
  /**
   * Prove that nothing is missing, which may take some calls more: of the far end of the list, and of the page behind
   * one that is perhaps the last.
   * @default false: `complete` is false
   */
  readonly prove?: boolean;
  /** The caller has taken the first call from the budget already. @default false */
  readonly prepaid?: boolean;
  /** Of the calls after that. @default usual */
  readonly priority?: Priority;
  /**
   * Of the calls after the first. `high` where time counts from the first answer: the readings that have begun end
   * before others begin. Otherwise each waits for the first call of all others at every page. @default as `priority`
   */
  readonly furtherPriority?: Priority;
  /**
   * Called before each further call: whether the rows read so far are enough. The reading is then incomplete.
   * @default it is not
   */
  readonly isEnough?: (shown: ReadonlyMap<string, JobExecution>, calls: number) => boolean;
  /** As the client's option for getJobExecutions. @default false */
  readonly brief?: boolean;
  /** Told as each call starts. */
  readonly onCall?: () => void;
}

export interface NewestExecutions {
  /** Each execution once, as read last; newest first, those without a date last. */
  readonly rows: readonly JobExecution[];
  /**
   * Proven: nothing is missing that was listed when the reading began, of the rows created at or after
   * `untilOlderThanMs`; without that, of the whole list. A row that cannot be read, or is shown twice, is no proof.
   */
  readonly complete: boolean;
  /**
   * The service's clock when the answer to the first call came, at the least (epoch ms); undefined where that has no Date.
   * The Date of one answer may be another machine's.
   */
  readonly dateMs: number | undefined;
  readonly calls: number;
}

/** Reads the newest end of job execution lists, whatever their order. */
export interface NewestReader {
  /**
   * @throws DataFlowCallError when a call fails; it is not repeated.
   * @throws ExecutionListTooLong when the list has no order and no end in sight.
   */
  read(jobId: string, options?: ReadOptions): Promise<NewestExecutions>;
}

class LearningReader implements NewestReader {
  readonly #client: DataFlowClient;
  readonly #options: Required<Omit<NewestReaderOptions, 'rateLimiter'>>;
  readonly #rateLimiter: RateLimiter | undefined;
  /** In order of reading, the oldest first. */
  readonly #learned = new Map<string, Learned>();
  readonly #sizes = new PageSizes();
  /** Whether the service has shown when an execution started. */
  #showsStarts = false;

  constructor(client: DataFlowClient, options: NewestReaderOptions) {
    const { pageSize = 100, mostCalls = 200, rememberedJobs = 10_000, rateLimiter } = options;
    this.#client = client;
    this.#options = { pageSize, mostCalls, rememberedJobs };
    this.#rateLimiter = rateLimiter;
  }

  async read(jobId: string, options: ReadOptions = {}): Promise<NewestExecutions> {
    const rows = new Map<string, JobExecution>();
    const pages = newestPages(this.#learned.get(jobId), {
      back: options.untilOlderThanMs,
      prove: options.prove ?? false,
    });
    const before = new Map<number, Page<JobExecution>>();
    let dateMs: number | undefined;
    let calls = 0;
    let step = pages.next();
    while (step.done !== true) {
      if (isBeyondReading(step.value, calls, this.#options.mostCalls)) {
        throw new ExecutionListTooLong(jobId, calls, newestFirst(rows.values()));
      }
      if (calls > 0 && options.isEnough?.(rows, calls) === true) {
        return { rows: newestFirst(rows.values()), complete: false, dateMs, calls };
      }
      if (calls > 0 || options.prepaid !== true) {
        const { signal, priority, furtherPriority = priority } = options;
        await this.#rateLimiter?.acquire(signal, calls > 0 ? furtherPriority : priority);
      }
      options.onCall?.();
      const answer = await this.#page(jobId, step.value, before, options);
      calls += 1;
      if (calls === 1 && answer.dateMs !== undefined)
        dateMs = this.#client.serviceClock.atLeastMs();
      for (const row of answer.page.rows) rows.set(row.jobExecutionId, row);
      step = pages.next(answer.page);
    }
    this.#remember(jobId, step.value.learned);
    return { rows: newestFirst(rows.values()), complete: step.value.complete, dateMs, calls };
  }

  async #page(
    jobId: string,
    page: number,
    before: Map<number, Page<JobExecution>>,
    { signal, brief = false, prove = false }: ReadOptions,
  ) {
    const { pageSize } = this.#options;
    const { output, dateMs } = await this.#client.call(
      'getJobExecutions',
      { jobId, page, limit: pageSize },
      { brief, ...(signal && { signal }) },
    );
    // A service may hold fewer rows on a page than were asked for, and say so in `limit`, or not.
    const asked = output.limit > 0 ? Math.min(output.limit, pageSize) : pageSize;
    const previous = before.get(page - 1);
    before.set(page, output);
    const isEnd = output.list.length === 0 || isSamePage(output, previous);
    const rows = rowsOn(output);
    if (!isEnd) this.#sizes.saw(rows, asked, previous && rowsOn(previous));
    const followed = isEnd ? 'no' : this.#sizes.followed(rows, asked);
    this.#showsStarts ||= output.list.some(({ startDate }) => startDate !== undefined);
    const isPast = ({ status, startDate }: JobExecution): boolean =>
      isTerminal(status) && (startDate !== undefined || !this.#showsStarts);
    const read: ListPage = {
      rows: output.list,
      held: rows,
      full: followed === 'yes' || (prove && followed === 'perhaps'),
      perhaps: followed === 'perhaps',
      past: output.list.filter(isPast),
      count: output.count,
    };
    return { page: read, dateMs };
  }

  #remember(jobId: string, learned: Learned | undefined): void {
    this.#learned.delete(jobId);
    if (learned !== undefined) this.#learned.set(jobId, learned);
    for (const oldest of this.#learned.keys()) {
      if (this.#learned.size <= this.#options.rememberedJobs) break;
      this.#learned.delete(oldest);
    }
  }
}

/** Whether the service returned the previous page again: it ignores `page`. */
const isSamePage = (
  { list }: Page<JobExecution>,
  before: Page<JobExecution> | undefined,
): boolean =>
  before?.list[0]?.jobExecutionId === list[0]?.jobExecutionId &&
  before?.list.length === list.length;

/** One reader per profile is enough; it learns the order of each job's list once. */
export const createNewestReader = (
  client: DataFlowClient,
  options: NewestReaderOptions = {},
): NewestReader => new LearningReader(client, options);

/**
 * How many rows a page of a service holds, as far as its pages have shown: it may hold fewer than were asked for, and
 * say nothing of it (NOTES §5.11).
 */
export class PageSizes {
  #largest = 0;
  #isCapped = false;

  /** Whether another page may follow one that holds so many of the rows asked for; `perhaps` unless it is proven. */
  followed(held: number, asked: number): 'yes' | 'no' | 'perhaps' {
    if (held >= asked || (this.#isCapped && held >= this.#largest)) return 'yes';
    return held < this.#largest ? 'no' : 'perhaps';
  }

  /** A page was read; `before`: how many rows the page before it holds, where that was read too. */
  saw(held: number, asked: number, before: number | undefined): void {
    this.#largest = Math.max(this.#largest, held);
    if (before !== undefined && before < asked && before >= this.#largest) {
      this.#isCapped = true;
    }
  }
}

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
  /** Limits every call. @default no limit */
  readonly rateLimiter?: RateLimiter;
  /** Rows per page. @default 100 */
  readonly pageSize?: number;
  /** Most calls of a reading, which then fails as {@link ExecutionListTooLong}. @default 200 */
  readonly mostCalls?: number;
  /**
   * Most jobs whose list order is remembered. The one that was read longest ago is forgotten first.
   * @default 10000
   */
  readonly rememberedJobs?: number;
}

export interface ReadOptions {
  readonly signal?: AbortSignal;
  /**
   * Read all rows that were created at or after this time (epoch ms); -Infinity: the whole list. A function is called
   * with the latest createdDate so far.
   * @default at least one page of the newest rows
   */
  readonly untilOlderThanMs?: ReadBack;
  /**
   * Prove that no row is missing. This may take more calls: for the far end of the list, and for the page after one
   * that may be the last.
   * @default false: `complete` is false
   */
  readonly prove?: boolean;
  /** The caller has acquired the first call from the rate limiter already. @default false */
  readonly prepaid?: boolean;
  /** Priority of the calls. @default 'normal' */
  readonly priority?: Priority;
  /**
   * Priority of the calls after the first. With `high`, readings that have begun end before others begin: for a
   * reading whose time counts from the first answer.
   * @default as `priority`
   */
  readonly furtherPriority?: Priority;
  /** Called before each further call. True ends the reading, which is then incomplete. @default false */
  readonly isEnough?: (shown: ReadonlyMap<string, JobExecution>, calls: number) => boolean;
  /** As the client's option for getJobExecutions. @default false */
  readonly brief?: boolean;
  /** Called as each call starts. */
  readonly onCall?: () => void;
}

export interface NewestExecutions {
  /** Each execution once, as it was read last. Newest first; without a date last. */
  readonly rows: readonly JobExecution[];
  /**
   * It is proven that no row is missing that was listed when the reading began and was created at or after
   * `untilOlderThanMs`; without that, of the whole list. A row that is unreadable or shown twice prevents the proof.
   */
  readonly complete: boolean;
  /**
   * Lower bound (`atLeastMs`) of the service's clock when the first answer came, epoch ms; undefined if that has no
   * Date.
   */
  readonly dateMs: number | undefined;
  readonly calls: number;
}

/** Reads the newest executions of jobs, whatever the order of the list. */
export interface NewestReader {
  /**
   * @throws DataFlowCallError if a call fails; ExecutionListTooLong if the list has no order and more pages than
   * `mostCalls`
   */
  read(jobId: string, options?: ReadOptions): Promise<NewestExecutions>;
}

class LearningReader implements NewestReader {
  readonly #client: DataFlowClient;
  readonly #options: Required<Omit<NewestReaderOptions, 'rateLimiter'>>;
  readonly #rateLimiter: RateLimiter | undefined;
  /** In the order of reading, the oldest first. */
  readonly #learned = new Map<string, Learned>();
  readonly #sizes = new PageSizes();
  /** Whether the service has shown a startDate. */
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
    // The service may put fewer rows on a page than were asked for, and may show that in `limit`.
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

/** Whether the service returned the previous page again, because it ignores `page`. */
const isSamePage = (
  { list }: Page<JobExecution>,
  before: Page<JobExecution> | undefined,
): boolean =>
  before?.list[0]?.jobExecutionId === list[0]?.jobExecutionId &&
  before?.list.length === list.length;

/** Share one reader for a profile, so that the order of each job's list is learned once. */
export const createNewestReader = (
  client: DataFlowClient,
  options: NewestReaderOptions = {},
): NewestReader => new LearningReader(client, options);

/** Number of rows on a page, as observed: the service may put fewer on a page than were asked for (NOTES §5.11). */
export class PageSizes {
  #largest = 0;
  #isCapped = false;

  /** Whether another page follows one with `held` of `asked` rows. */
  followed(held: number, asked: number): 'yes' | 'no' | 'perhaps' {
    if (held >= asked || (this.#isCapped && held >= this.#largest)) return 'yes';
    return held < this.#largest ? 'no' : 'perhaps';
  }

  /** Records a page. @param before number of rows of the page before it, if that was read */
  saw(held: number, asked: number, before: number | undefined): void {
    this.#largest = Math.max(this.#largest, held);
    if (before !== undefined && before < asked && before >= this.#largest) {
      this.#isCapped = true;
    }
  }
}

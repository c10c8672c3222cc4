import type { DataFlowClient } from '../../../client/client.js';
import type { JobExecution, Page } from '../../../contract/job.js';

const START_MS = Date.parse('2026-01-01T00:00:00Z');

export type FakeOrder = 'newest-first' | 'oldest-first' | 'shuffled';

/** Stands in for chance: the same id always has the same place. */
const placeOf = (id: string): number => (Number(id.slice(1)) * 7_919) % 9_973;

/** The executions of one job as the service lists them; rows may be added between calls. */
export class ListedJob {
  readonly rows: JobExecution[] = [];
  readonly #unstarted = new Set<string>();
  calls = 0;
  order: FakeOrder;
  /** What `count` says. */
  countIs: 'total' | 'page' | 'nonsense' = 'page';
  /** Most rows that a page holds, whatever is asked. */
  mostRows = 1_000;
  /** Pause between the creation of two rows. */
  stepMs = 60_000;
  dated = true;
  /** What the answer's `limit` says where a page holds fewer rows than were asked for. */
  says: 'the rows a page holds' | 'what was asked for' = 'the rows a page holds';
  /** Where what has not started stands. */
  unstarted: 'by its creation' | 'at the other end' = 'by its creation';
  heedsPage = true;
  /** Whether rows show when they started. */
  showsStarts = false;
  /** Rows that the total counts and no page shows. */
  hidden = 0;
  /** Rows on each page that cannot be read. */
  unreadable = 0;
  /** What a page shows of its rows. */
  spoils = (rows: readonly JobExecution[]): readonly JobExecution[] => rows;
  /** How far the Date of answers is ahead of the service's clock. */
  strayMs = 0;
  beforeCall: () => void = () => undefined;

  constructor(order: FakeOrder, size = 0) {
    this.order = order;
    this.add(size);
  }

  add(count: number, status = 'COMPLETED', hasStarted = status !== 'READY'): void {
    for (let n = 0; n < count; n += 1) {
      const number = this.rows.length;
      if (!hasStarted) this.#unstarted.add(`e${number}`);
      const createdDate = new Date(START_MS + number * this.stepMs).toISOString();
      this.rows.push({
        jobExecutionId: `e${number}`,
        jobId: 'job',
        status,
        ...(this.dated && { createdDate }),
        ...(this.showsStarts && hasStarted && { startDate: createdDate }),
      });
    }
  }

  /** Epoch ms of the creation of the row so far from the newest. */
  createdMsAgo(rows: number): number {
    return Date.parse(this.rows.at(-rows - 1)?.createdDate ?? '');
  }

  get client(): DataFlowClient {
    const call = (_name: string, input: { page: number; limit: number }) => {
      this.beforeCall();
      this.calls += 1;
      const dateMs = START_MS + this.calls * 1_000 + this.strayMs;
      return Promise.resolve({ output: this.#page(input), dateMs });
    };
    const serviceClock = { atLeastMs: () => START_MS + this.calls * 1_000 };
    return { call, serviceClock } as unknown as DataFlowClient;
  }

  #page({ page, limit }: { page: number; limit: number }): Page<JobExecution> {
    const size = Math.min(limit, this.mostRows);
    const from = this.heedsPage ? page * size : 0;
    const list = this.spoils(this.#inOrder().slice(from, from + size));
    const count = { total: this.rows.length + this.hidden, page: list.length, nonsense: 7_777 }[
      this.countIs
    ];
    const { unreadable } = this;
    const says = this.says === 'what was asked for' ? limit : size;
    return { list, count, page, limit: says, ...(unreadable > 0 && { unreadable }) };
  }

  #inOrder(): readonly JobExecution[] {
    const rows = this.#byCreation();
    if (this.unstarted === 'by its creation') return rows;
    const isWaiting = ({ jobExecutionId }: JobExecution): boolean =>
      this.#unstarted.has(jobExecutionId);
    const [waiting, others] = [rows.filter(isWaiting), rows.filter((row) => !isWaiting(row))];
    return this.order === 'newest-first' ? [...others, ...waiting] : [...waiting, ...others];
  }

  #byCreation(): readonly JobExecution[] {
    if (this.order === 'oldest-first') return this.rows;
    if (this.order === 'newest-first') return this.rows.toReversed();
    return this.rows.toSorted((a, b) => placeOf(a.jobExecutionId) - placeOf(b.jobExecutionId));
  }
}

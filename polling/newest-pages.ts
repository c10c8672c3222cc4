import type { JobExecution } from '../contract/job.js';
import { allowsOrder, newestOf, orderOf, reachesBefore } from './list-order.js';

/** One page as it came. */
export interface ListPage {
  readonly rows: readonly JobExecution[];
  /** As many rows as the page can hold: another page may follow. */
  readonly full: boolean;
  /** The envelope's count: the total, or just this page's rows. A hint, never trusted. */
  readonly count: number;
}

/** What was learned of one job's list. */
export type Learned =
  | { readonly order: 'newest-first' }
  | { readonly order: 'oldest-first'; readonly lastPage: number };

export interface Reading {
  readonly complete: boolean;
  /** Undefined: not learned, or not true any more. */
  readonly learned: Learned | undefined;
}

/** How far back to read: a createdDate, or a function of the latest one that was read. */
export type ReadBack = number | ((newestMs: number) => number);

/** Whether everything that a reading is to go back to lies within these rows of an ordered list. */
function reachesBack(
  page: readonly JobExecution[],
  rows: readonly JobExecution[],
  back: ReadBack,
): boolean {
  if (typeof back === 'number') return reachesBefore(page, back);
  const newestMs = newestOf(rows);
  return newestMs !== undefined && reachesBefore(page, back(newestMs));
}

/** Asks for page after page; is given each; ends with what the pages together are. */
type Pages<Result> = Generator<number, Result, ListPage>;

/** Page numbers above are no list's: a service that ignores `page` would lead there. */
const GREATEST_PAGE = 1_000_000;

/** A list that cannot be read to where it was wanted. Its `failure` is read like the client's. */
export class ExecutionListTooLong extends Error {
  readonly failure = 'DataFlowProtocolError';
  override readonly name = 'ExecutionListTooLong';

  constructor(jobId: string, pages: number) {
    super(
      `getJobExecutions of job ${jobId}: no end after ${pages} pages; either its rows show no order by createdDate ` +
        'that would let us read the newest only, or too many are new',
    );
  }
}

/**
 * Which pages of one job's list to read, and when they suffice. Rows may be added while it reads: in a list that is
 * newest first they push rows to later pages, which are read later (doubles, no losses); in one that is oldest first
 * they come behind the last page and move none.
 * @param untilOlderThanMs read on until everything younger was read; undefined: at least one page's worth.
 */
export function* newestPages(
  learned: Learned | undefined,
  untilOlderThanMs: ReadBack | undefined,
): Pages<Reading> {
  if (learned?.order === 'oldest-first') {
    const reading = yield* fromTheEnd(new Map(), learned.lastPage, untilOlderThanMs);
    if (reading !== undefined) return reading;
  }
  const rows: JobExecution[] = [];
  let expected = learned?.order === 'newest-first' ? learned.order : undefined;
  for (let number = 0; ; number += 1) {
    const page = yield number;
    rows.push(...page.rows);
    if (expected !== undefined && !allowsOrder(rows, expected)) expected = undefined;
    const order = expected ?? orderOf(rows);
    if (!page.full) {
      return { complete: true, learned: order === 'newest-first' ? { order } : undefined };
    }
    if (order === 'newest-first') {
      const enough =
        untilOlderThanMs === undefined || reachesBack(page.rows, rows, untilOlderThanMs);
      if (enough) return { complete: untilOlderThanMs !== undefined, learned: { order } };
    }
    if (order === 'oldest-first') {
      const hint = Math.ceil(page.count / page.rows.length) - 1;
      const known = new Map([[number, page]]);
      const reading = yield* fromTheEnd(known, Math.max(hint, number + 1), untilOlderThanMs);
      return reading ?? (yield* everyPage());
    }
  }
}

/** For a list without order: all of it, afresh, in one go forward, so that insertions only make doubles. */
function* everyPage(): Pages<Reading> {
  let number = 0;
  while ((yield number).full) number += 1;
  return { complete: true, learned: undefined };
}

/** Oldest first: backward from the last page. Undefined when the rows turn out not to be in that order. */
function* fromTheEnd(
  known: Map<number, ListPage>,
  hint: number,
  untilOlderThanMs: ReadBack | undefined,
): Pages<Reading | undefined> {
  const lastPage = yield* lastPageFrom(known, hint);
  const learned = { order: 'oldest-first', lastPage } as const;
  let rows: readonly JobExecution[] = [];
  for (let number = lastPage; number >= 0; number -= 1) {
    const page = yield* pageOf(known, number);
    rows = [...page.rows, ...rows];
    if (!allowsOrder(rows, 'oldest-first')) return undefined;
    const enough =
      untilOlderThanMs === undefined
        ? page.full || number === 0
        : reachesBack(page.rows, rows, untilOlderThanMs);
    if (enough) return { complete: untilOlderThanMs !== undefined || number === 0, learned };
  }
  return { complete: true, learned };
}

/** The last page with rows on it: from a hint upward in doubling steps, or by halving between full and empty. */
function* lastPageFrom(known: Map<number, ListPage>, hint: number): Pages<number> {
  let full = Math.max(-1, ...known.keys());
  let empty = Infinity;
  let step = 1;
  for (let number = hint; ;) {
    const page = yield* pageOf(known, number);
    if (page.rows.length > 0 && !page.full) return number;
    if (page.full) full = number;
    else empty = number;
    if (empty === full + 1) return Math.max(full, 0);
    if (empty === Infinity) {
      number = Math.min(full + step, GREATEST_PAGE + 1);
      step *= 2;
    } else {
      number = Math.floor((full + empty) / 2);
    }
  }
}

function* pageOf(known: Map<number, ListPage>, number: number): Pages<ListPage> {
  const page = known.get(number) ?? (yield number);
  known.set(number, page);
  return page;
}

/** Whether a reader should give up rather than ask for this page. */
export const isBeyondReading = (number: number, calls: number, mostCalls: number): boolean =>
  number > GREATEST_PAGE || calls >= mostCalls;

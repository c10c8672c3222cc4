import type { JobExecution } from '../contract/job.js';
import {
  allowsOrder,
  type ListOrder,
  newestOf,
  listOrder,
  provesPast,
  reachesBefore,
} from './list-order.js';

/** One page as it came. */
export interface ListPage {
  readonly rows: readonly JobExecution[];
  /** Its rows, those included that could not be read. */
  readonly held: number;
  /** Another page may follow: it holds as many rows as a page can, or, where that must be proven, perhaps as many. */
  readonly full: boolean;
  /** Only perhaps: the next page tells. */
  readonly perhaps: boolean;
  /** Its rows that have started and ended: what has not may stand together at either end of the list. */
  readonly past: readonly JobExecution[];
  /** The envelope's count: the total, or just this page's rows. It may prove that rows are missing, never that none is. */
  readonly count: number;
}

/** What was learned of one job's list. `lastPage` is where its end was seen. */
export type Learned =
  | { readonly order: 'newest-first'; readonly lastPage?: number }
  | { readonly order: 'oldest-first'; readonly lastPage: number };

export interface Reading {
  /** Proven; false where no proof was asked for. */
  readonly complete: boolean;
  /** Undefined: not learned, or not true any more. */
  readonly learned: Learned | undefined;
}

/** How far back to read: a createdDate, or a function of the latest one that was read. */
export type ReadBack = number | ((newestMs: number) => number);

/** What a reading must contain. */
export interface Goal {
  /** Read on until everything younger was read; undefined: at least one page's worth. */
  readonly back: ReadBack | undefined;
  /** Prove that nothing is missing. */
  readonly prove: boolean;
}

/** Whether everything that a reading is to go back to lies within these rows of an ordered list. */
function reachesBack(
  page: ListPage,
  rows: readonly JobExecution[],
  { back, prove }: Goal,
): boolean {
  if (back === undefined) return true;
  const newestMs = newestOf(rows);
  const limitMs = typeof back === 'number' ? back : newestMs === undefined ? NaN : back(newestMs);
  return prove ? provesPast(page.past, limitMs) : reachesBefore(page.rows, limitMs);
}

/**
 * Whether these pages hold every row between the first of them and the last. A row that is shown twice has perhaps
 * taken another one's place; all rows of a count that exceeds the page make up for it.
 */
function lackNone(pages: readonly ListPage[], isWhole: boolean): boolean {
  const rows = pages.flatMap((page) => page.rows);
  const distinct = new Set(rows.map((row) => row.jobExecutionId)).size;
  const unreadable = pages.some(({ held, rows: read }) => held > read.length);
  const most = pages.reduce((sum, page) => sum + page.held, 0);
  const [first] = pages;
  const total =
    isWhole && first !== undefined && first.count > first.held ? first.count : undefined;
  if (unreadable) return false;
  return total === undefined ? distinct === most : distinct >= total;
}

/**
 * Whether a list whose last page is this one holds as many rows as `count` said before; a row that came in between makes
 * it more. True where the count is one of a page only.
 */
const holdsCount = (first: ListPage, { number, held }: LastPage): boolean =>
  first.count <= first.held || first.count <= number * first.held + held;

interface LastPage {
  readonly number: number;
  readonly held: number;
}

/** Asks for page after page; is given each; ends with what the pages together are. */
type Pages<Result> = Generator<number, Result, ListPage>;

/** Page numbers above are no list's: a service that ignores `page` would lead there. */
const GREATEST_PAGE = 1_000_000;

/** A list that cannot be read to where it was wanted. Its `failure` is read like the client's. */
export class ExecutionListTooLong extends Error {
  readonly failure = 'DataFlowProtocolError';
  override readonly name = 'ExecutionListTooLong';

  /** What was read of it. */
  readonly rows: readonly JobExecution[];

  constructor(jobId: string, pages: number, rows: readonly JobExecution[]) {
    super(
      `getJobExecutions of job ${jobId}: no end after ${pages} pages; either its rows show no order by createdDate ` +
        'that would let us read the newest only, or too many are new',
    );
    this.rows = rows;
  }
}

/**
 * Which pages of one job's list to read, and when they suffice. Rows may be added while it reads: in a list that is
 * newest first they push rows to later pages, which are read later (doubles, no losses); in one that is oldest first
 * they come behind the last page and move none. An order by createdDate may be one by start or end, where what has
 * neither stands at the other end of the list: a proof reads that end too, and first, because a row leaves it for
 * this one when it starts or ends.
 */
export function* newestPages(learned: Learned | undefined, goal: Goal): Pages<Reading> {
  if (learned?.order === 'oldest-first') {
    const known = new Map<number, ListPage>();
    const reading = yield* fromTheEnd(known, learned.lastPage, goal);
    if (reading !== undefined) return reading;
  }
  const expected = learned?.order === 'newest-first' ? learned.order : undefined;
  const lastPage = goal.prove && expected !== undefined ? learned?.lastPage : undefined;
  const end = lastPage === undefined ? undefined : yield* endOf(lastPage);
  const near = yield* fromTheStart(expected, goal);
  if (!goal.prove || near.hint === undefined) return near;
  if (end !== undefined) return withEnd(near, end);
  const found = yield* endOf(near.hint);
  return withEnd(yield* fromTheStart('newest-first', goal), found);
}

/** Result of a reading from the start; `hint`: the list continues, perhaps up to there. */
type FromStart = Reading & { readonly first: ListPage; readonly hint?: number };

function withEnd({ complete, learned, first, hint }: FromStart, end: LastPage): Reading {
  return {
    complete: complete && (hint === undefined || holdsCount(first, end)),
    learned: learned?.order === 'newest-first' ? { ...learned, lastPage: end.number } : learned,
  };
}

/** The far end of a list that is newest first: backward until what has started and ended is seen. */
function* endOf(hint: number): Pages<LastPage> {
  const known = new Map<number, ListPage>();
  const last = yield* lastPageFrom(known, hint);
  for (let number = last; number >= 0; number -= 1) {
    if ((yield* pageOf(known, number)).past.length > 0) break;
  }
  return { number: last, held: known.get(last)?.held ?? 0 };
}

function* fromTheStart(expected: 'newest-first' | undefined, goal: Goal): Pages<FromStart> {
  const known = new Map<number, ListPage>();
  let order: ListOrder | undefined = expected;
  for (let number = 0; ; number += 1) {
    const page = yield* pageOf(known, number);
    const pages = [...known.values()];
    const rows = pages.flatMap((one) => one.rows);
    if (order === undefined || !allowsOrder(rows, order)) order = listOrder(rows);
    const learned = order === 'newest-first' ? { order } : undefined;
    const [first = page] = pages;
    if (!page.full) return { complete: goal.prove && lackNone(pages, true), learned, first };
    const hint = Math.max(Math.ceil(page.count / page.held) - 1, number + 1);
    if (order === 'newest-first' && !page.perhaps && reachesBack(page, rows, goal)) {
      const complete = goal.prove && goal.back !== undefined && lackNone(pages, false);
      return { complete, learned, first, hint };
    }
    if (order === 'oldest-first') {
      return { ...((yield* fromTheEnd(known, hint, goal)) ?? (yield* everyPage(goal))), first };
    }
  }
}

/** For a list without order: all of it, afresh, in one go forward, so that insertions only make doubles. */
function* everyPage({ prove }: Goal): Pages<Reading> {
  const pages: ListPage[] = [];
  for (let number = 0; ; number += 1) {
    const page = yield number;
    pages.push(page);
    if (!page.full) return { complete: prove && lackNone(pages, true), learned: undefined };
  }
}

/** Oldest first: backward from the last page. Undefined when the rows turn out not to be in that order. */
function* fromTheEnd(
  known: Map<number, ListPage>,
  hint: number,
  goal: Goal,
): Pages<Reading | undefined> {
  for (let number = 0; goal.prove; number += 1) {
    const page = yield* pageOf(known, number);
    if (page.past.length > 0 || !page.full) break;
  }
  const lastPage = yield* lastPageFrom(known, hint);
  const learned = { order: 'oldest-first', lastPage } as const;
  const pages: ListPage[] = [];
  for (let number = lastPage; number >= 0; number -= 1) {
    const page = yield* pageOf(known, number);
    pages.unshift(page);
    const rows = pages.flatMap((one) => one.rows);
    if (!allowsOrder(rows, 'oldest-first')) return undefined;
    const enough = goal.back === undefined ? page.full : reachesBack(page, rows, goal);
    if (!enough && number > 0) continue;
    const isAll = goal.back !== undefined || number === 0;
    const end = { number: lastPage, held: pages.at(-1)?.held ?? 0 };
    const first = known.get(0);
    const lacks =
      !lackNone(pages, number === 0) || (first !== undefined && !holdsCount(first, end));
    return { complete: goal.prove && isAll && !lacks, learned };
  }
  return { complete: false, learned };
}

/** The last page with rows on it: from a hint upward in doubling steps, or by halving between full and empty. */
function* lastPageFrom(known: Map<number, ListPage>, hint: number): Pages<number> {
  let full = Math.max(-1, ...[...known].flatMap(([number, page]) => (page.full ? number : [])));
  let empty = Infinity;
  let step = 1;
  for (let number = hint; ;) {
    const page = yield* pageOf(known, number);
    if (page.held > 0 && !page.full) return number;
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

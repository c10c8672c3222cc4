import type { JobExecution } from '../contract/job.js';
import {
  allowsOrder,
  type ListOrder,
  newestOf,
  listOrder,
  provesPast,
  reachesBefore,
} from './list-order.js';

export interface ListPage {
  readonly rows: readonly JobExecution[];
  /** Number of rows, unreadable ones included. */
  readonly held: number;
  /** Another page must be read: the page is full, or a proof is wanted and it may be full. */
  readonly full: boolean;
  /** It is not known whether the page is full. The next page shows it. */
  readonly perhaps: boolean;
  /** Rows that have started and ended. Other rows may be together at either end of the list. */
  readonly past: readonly JobExecution[];
  /**
   * `count` of the answer: the total, or the rows of this page. It can prove that rows are missing, not that none
   * are.
   */
  readonly count: number;
}

/** Order of the list of a job. `lastPage`: where its end was seen. */
export type Learned =
  | { readonly order: 'newest-first'; readonly lastPage?: number }
  | { readonly order: 'oldest-first'; readonly lastPage: number };

export interface Reading {
  /** False also if no proof was asked for. */
  readonly complete: boolean;
  /** Undefined: the order is unknown, or has changed. */
  readonly learned: Learned | undefined;
}

/** How far back to read: a createdDate (epoch ms), or a function of the latest one that was read. */
export type ReadBack = number | ((newestMs: number) => number);

export interface Goal {
  /** Read all younger rows; undefined: at least one page of rows. */
  readonly back: ReadBack | undefined;
  /** Prove that no row is missing. */
  readonly prove: boolean;
}

/** Whether these rows of an ordered list hold all that the goal asks for. */
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
 * Whether these pages lack no row between their first and their last one. A row that is shown twice may have replaced
 * another one, unless as many different rows were read as the total count says.
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
 * Whether a list with this last page has at least as many rows as `count` of the first page. True also if that count
 * is of one page only.
 */
const holdsCount = (first: ListPage, { number, held }: LastPage): boolean =>
  first.count <= first.held || first.count <= number * first.held + held;

interface LastPage {
  readonly number: number;
  readonly held: number;
}

/** Yields the number of the next page, and is given that page. */
type Pages<Result> = Generator<number, Result, ListPage>;

/** No list has this many pages. Greater numbers are reached if the service ignores `page`. */
const GREATEST_PAGE = 1_000_000;

/** The list could not be read as far back as wanted. */
export class ExecutionListTooLong extends Error {
  readonly failure = 'DataFlowProtocolError';
  override readonly name = 'ExecutionListTooLong';

  /** The rows that were read. */
  readonly rows: readonly JobExecution[];

  constructor(jobId: string, pages: number, rows: readonly JobExecution[]) {
    super(
      `getJobExecutions of job ${jobId}: the list did not end within ${pages} pages. Its rows have no order by ` +
        'createdDate, so that the newest cannot be read alone, or too many rows are new',
    );
    this.rows = rows;
  }
}

/**
 * Decides which pages of a job's list to read, and when they suffice. Rows may be added meanwhile. In a list that is
 * newest first they move other rows to later pages, which are read later: a row may be read twice, none is missed. In
 * a list that is oldest first they come after the last page and move no row. What looks like an order by createdDate
 * may be one by start or end, with rows that have not started or ended at the other end. So a proof reads the other
 * end too. It reads it first, because a row moves from there to here when it starts or ends.
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

/** `hint`: the list continues, perhaps up to this page. */
type FromStart = Reading & { readonly first: ListPage; readonly hint?: number };

function withEnd({ complete, learned, first, hint }: FromStart, end: LastPage): Reading {
  return {
    complete: complete && (hint === undefined || holdsCount(first, end)),
    learned: learned?.order === 'newest-first' ? { ...learned, lastPage: end.number } : learned,
  };
}

/** Reads the far end of a list that is newest first, backwards to a row that has started and ended. */
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

/** Reads a list without order from its beginning to its end, so that rows that are added cause no gap. */
function* everyPage({ prove }: Goal): Pages<Reading> {
  const pages: ListPage[] = [];
  for (let number = 0; ; number += 1) {
    const page = yield number;
    pages.push(page);
    if (!page.full) return { complete: prove && lackNone(pages, true), learned: undefined };
  }
}

/** Reads a list that is oldest first backwards from its last page. Undefined: the rows are not in that order. */
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

/**
 * Finds the last page with rows: from the hint upwards in doubling steps, then by halving between full and empty
 * pages.
 */
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

export const isBeyondReading = (number: number, calls: number, mostCalls: number): boolean =>
  number > GREATEST_PAGE || calls >= mostCalls;

import { creationMs, dateMs, type JobExecution } from '../contract/job.js';

/** Order of a list of executions. It is not documented (NOTES §5.11). */
export type ListOrder = 'newest-first' | 'oldest-first';

/**
 * Rows whose dates differ by less may be in either order: dates can have steps of a second, and several machines may
 * date executions and store them at slightly different times.
 */
export const ORDER_SLACK_MS = 2_000;

/** Fewer dated rows prove no order. Nine rows of a shuffled list are sorted once in 180,000 times. */
const MIN_EVIDENCE = 9;

type Dated = Pick<JobExecution, 'createdDate'>;

const datesOf = (rows: readonly Dated[]): number[] =>
  rows.map(creationMs).filter((ms) => ms !== undefined);

/** @param rows in the sequence of the list */
export function allowsOrder(rows: readonly Dated[], order: ListOrder): boolean {
  const sign = order === 'oldest-first' ? 1 : -1;
  let furthest = -Infinity;
  for (const ms of datesOf(rows)) {
    const along = sign * ms;
    if (along < furthest - ORDER_SLACK_MS) return false;
    furthest = Math.max(furthest, along);
  }
  return true;
}

/** The order that these rows prove; undefined: they are too few, too close in time, or mixed. */
export function listOrder(rows: readonly Dated[]): ListOrder | undefined {
  if (datesOf(rows).length < MIN_EVIDENCE) return undefined;
  const newest = allowsOrder(rows, 'newest-first');
  const oldest = allowsOrder(rows, 'oldest-first');
  if (newest === oldest) return undefined;
  return newest ? 'newest-first' : 'oldest-first';
}

/** Latest createdDate of these rows, epoch ms. */
export function newestOf(rows: Iterable<Dated>): number | undefined {
  const dates = datesOf([...rows]);
  return dates.length === 0 ? undefined : dates.reduce((a, b) => Math.max(a, b));
}

/** Whether, in an ordered list, all rows beyond these on the older side are older than `limitMs`. */
export const reachesBefore = (rows: readonly Dated[], limitMs: number): boolean =>
  datesOf(rows).some((ms) => ms < limitMs - ORDER_SLACK_MS);

/**
 * As {@link reachesBefore}, also for a list in the order of startDate or endDate: all dates of one row are before the
 * limit. Rows without such a date may be at the other end of the list.
 */
export const provesPast = (rows: readonly JobExecution[], limitMs: number): boolean =>
  rows.some(
    (row) =>
      reachesBefore([row], limitMs) &&
      [row.startDate, row.endDate].every((date) => !(dateMs(date) >= limitMs - ORDER_SLACK_MS)),
  );

/** By createdDate. Rows without one are last. */
export const newestFirst = (rows: Iterable<JobExecution>): JobExecution[] =>
  [...rows]
    .map((row) => ({ row, ms: creationMs(row) ?? 0 }))
    .sort((a, b) => b.ms - a.ms)
    .map(({ row }) => row);

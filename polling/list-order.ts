import { creationMs, dateMs, type JobExecution } from '../contract/job.js';

/** How a list of executions runs; the documentation does not say (NOTES §5.11). */
export type ListOrder = 'newest-first' | 'oldest-first';

/**
 * Rows this close in time may stand either way round: dates can have steps of a second, and a service with several
 * machines dates and files an execution at slightly different moments.
 */
export const ORDER_SLACK_MS = 2_000;

/** Fewer dated rows than this prove no order: nine of a shuffled list look sorted once in 180,000 times. */
const MIN_EVIDENCE = 9;

type Dated = Pick<JobExecution, 'createdDate'>;

const datesOf = (rows: readonly Dated[]): number[] =>
  rows.map(creationMs).filter((ms) => ms !== undefined);

/** Whether these rows, as they stood in the list, allow this order. */
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

/** The order that these rows prove; undefined when they prove none: too few, too close in time, or mixed. */
export function listOrder(rows: readonly Dated[]): ListOrder | undefined {
  if (datesOf(rows).length < MIN_EVIDENCE) return undefined;
  const newest = allowsOrder(rows, 'newest-first');
  const oldest = allowsOrder(rows, 'oldest-first');
  if (newest === oldest) return undefined;
  return newest ? 'newest-first' : 'oldest-first';
}

/** Latest createdDate of these rows (epoch ms); undefined where none has one. */
export function newestOf(rows: Iterable<Dated>): number | undefined {
  const dates = datesOf([...rows]);
  return dates.length === 0 ? undefined : dates.reduce((a, b) => Math.max(a, b));
}

/** Whether, in an ordered list, whatever lies beyond these rows on the older side is older than `limitMs`. */
export const reachesBefore = (rows: readonly Dated[], limitMs: number): boolean =>
  datesOf(rows).some((ms) => ms < limitMs - ORDER_SLACK_MS);

/**
 * The same of rows that have started and ended, whether the list is ordered by createdDate, startDate or endDate: every
 * date of one of them is before the limit. What has no such date may stand at the other end.
 */
export const provesPast = (rows: readonly JobExecution[], limitMs: number): boolean =>
  rows.some(
    (row) =>
      reachesBefore([row], limitMs) &&
      [row.startDate, row.endDate].every((date) => !(dateMs(date) >= limitMs - ORDER_SLACK_MS)),
  );

/** Newest first; rows without a date last. */
export const newestFirst = (rows: Iterable<JobExecution>): JobExecution[] =>
  [...rows]
    .map((row) => ({ row, ms: creationMs(row) ?? 0 }))
    .sort((a, b) => b.ms - a.ms)
    .map(({ row }) => row);

import { ok, problem, type Outcome } from '../outcome.js';
import type { Switches } from '../switches.js';

/**
 * * One page. `page` of the query counts from 0, `limit` is 1000 by default. * @param rows oldest first * @param
 * leastLimit a limit of 0 gives an empty page; only getJobs is documented to refuse it * @param cap most rows of a
 * page, whatever `limit` is
 */
export function pageOf<Row>(
  rows: readonly Row[],
  query: URLSearchParams,
  switches: Switches,
  view: (row: Row) => unknown,
  leastLimit = 0,
  cap = Infinity,
): Outcome {
  const page = wholeNumber(query.get('page') ?? '0');
  const limit = wholeNumber(query.get('limit') ?? '1000');
  if (page === undefined || limit === undefined || limit < leastLimit) {
    const bounds = `page 0 or more, limit ${leastLimit} or more`;
    return problem('bad-parameter', `must be integers: ${bounds}; got ${query.toString()}`);
  }
  const ordered = switches.listOrder === 'newest' ? rows.toReversed() : rows;
  const size = Math.min(limit, cap);
  const list = ordered.slice(page * size, (page + 1) * size).map(view);
  const count = switches.count === 'total' ? rows.length : list.length;
  return ok({ list, count, page, limit });
}

function wholeNumber(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

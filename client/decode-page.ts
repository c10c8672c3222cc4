import { z } from 'zod';
import type { Page } from '../contract/job.js';
import type { PageInput } from '../contract/operation-inputs.js';
import { readAs, shown, wholeNumber } from './decode-members.js';

/** Rows per page where neither the caller nor the answer says (NOTES §5.11). */
const DEFAULT_LIMIT = 1_000;

/**
 * What reads pages of such rows, and throws Unreadable. The list must be there and every row readable: a listing that
 * silently lacks a row would let a caller believe that an execution does not exist. Made once for each sort of row:
 * a schema is compiled at its first use, which takes longer than the rows of most pages.
 */
export function pageDecoder<Row>(
  row: z.ZodType<Row>,
): (body: unknown, asked: PageInput) => Page<Row> {
  const envelope = z.object({
    list: z.array(row),
    count: shown(wholeNumber),
    page: shown(wholeNumber),
    limit: shown(wholeNumber),
  });
  return (body, asked) => {
    const { list, count, page, limit } = readAs(envelope, body);
    return {
      list,
      count: count ?? list.length,
      page: page ?? asked.page ?? 0,
      limit: limit ?? asked.limit ?? DEFAULT_LIMIT,
    };
  };
}

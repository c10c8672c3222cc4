import { z } from 'zod';
import type { Page } from '../../contract/job.js';
import type { PageInput } from '../../contract/operation-inputs.js';
import { readAs, shown, wholeNumber } from './decode-members.js';

/** Rows per page where neither the caller nor the answer says (NOTES §5.11). */
const DEFAULT_LIMIT = 1_000;

const LEFT_OUT = Symbol('a row that cannot be read');
const UNREADABLE = z.unknown().transform((): typeof LEFT_OUT => LEFT_OUT);

/**
 * What reads pages of such rows, and throws Unreadable. The list must be there. A row that cannot be read is left out
 * and counted: one strange row must not hide the others, and nobody may take the page for all there is. Made once for
 * each sort of row: a schema is compiled at its first use, which takes longer than the rows of most pages.
 */
export function pageDecoder<Row>(
  row: z.ZodType<Row>,
): (body: unknown, asked: PageInput) => Page<Row> {
  const envelope = z.object({
    list: z.array(row.or(UNREADABLE)),
    count: shown(wholeNumber),
    page: shown(wholeNumber),
    limit: shown(wholeNumber),
  });
  return (body, asked) => {
    const { list: all, count, page, limit } = readAs(envelope, body);
    const list = all.filter((one): one is Row => one !== LEFT_OUT);
    const unreadable = all.length - list.length;
    return {
      list,
      ...(unreadable > 0 && { unreadable }),
      count: count ?? all.length,
      page: page ?? asked.page ?? 0,
      limit: limit ?? asked.limit ?? DEFAULT_LIMIT,
    };
  };
}

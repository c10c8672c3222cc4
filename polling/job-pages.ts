import type { DataFlowClient } from '../client/client.js';
import { type JobSummary, rowsOn } from '../contract/job.js';
import type { RateLimiter } from './rate-limiter.js';

/** DOC: what a page has when nothing else is asked for (NOTES §5.11). */
const PAGE_SIZE = 1_000;
/** Cap on pages: a service that ignores `page` would never return the last one. */
const MOST_PAGES = 100;

export interface JobRows {
  readonly rows: ReadonlyMap<string, JobSummary>;
  readonly pages: number;
  /** Date of the answer to the first call (epoch ms): what is shown is not younger. */
  readonly dateMs: number | undefined;
}

interface ReadJobs {
  readonly client: DataFlowClient;
  readonly rateLimiter: RateLimiter;
  readonly signal: AbortSignal;
  readonly onCall: () => void;
}

/**
 * Reads pages of getJobs until all wanted jobs were shown, or the end: a page that is empty, or shorter than one before
 * it. One that is shorter than was asked for may be as long as the service makes them. The first call was taken from the budget already.
 */
export async function readJobRows(
  wanted: ReadonlySet<string>,
  { client, rateLimiter, signal, onCall }: ReadJobs,
): Promise<JobRows> {
  const rows = new Map<string, JobSummary>();
  let missing = wanted.size;
  let dateMs: number | undefined;
  let longest = 1;
  for (let page = 0; ; page += 1) {
    if (page > 0) await rateLimiter.acquire(signal, 'poll');
    onCall();
    const answer = await client.call('getJobs', { page, limit: PAGE_SIZE }, { signal });
    const held = rowsOn(answer.output);
    dateMs ??= answer.dateMs;
    for (const row of answer.output.list) {
      if (!wanted.has(row.jobId)) continue;
      if (!rows.has(row.jobId)) missing -= 1;
      rows.set(row.jobId, row);
    }
    if (held < longest || missing === 0 || page + 1 >= MOST_PAGES)
      return { rows, pages: page + 1, dateMs };
    longest = held;
  }
}

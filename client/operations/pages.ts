import { type JobExecution, type JobSummary, type Page, rowsOn } from '../../contract/job.js';
import type { OperationInput, OperationName, OperationOutput } from '../../contract/operations.js';
import type { RemoteWorkflowSummary } from '../../contract/remote-workflow.js';
import type { Trigger } from '../../contract/trigger.js';
import type { Answer, CallOptions, DataFlowClient } from '../client.js';
import { DataFlowCallError } from '../errors.js';
import { toRequest } from '../http/request.js';

/** Operations whose output is a page of rows. */
export type ListName = {
  [Name in OperationName]: OperationOutput<Name> extends Page<unknown> ? Name : never;
}[OperationName];

export type RowOf<Name extends ListName> =
  OperationOutput<Name> extends Page<infer Row> ? Row : never;

export interface PagesOptions extends CallOptions {
  /**
   * Most pages to read; a list with more ends with an error.
   * @default 100; with a small `limit` as many as 100,000 rows need
   */
  readonly maxPages?: number;
}

/** Identifies the rows of a list. */
const ROW_ID: { readonly [Name in ListName]: (row: RowOf<Name>) => string } = {
  getJobs: (row: JobSummary) => row.jobId,
  getJobExecutions: (row: JobExecution) => row.jobExecutionId,
  getWorkflows: (row: RemoteWorkflowSummary) => row.workflowId,
  getWorkflowExecutions: (row: JobExecution) => row.jobExecutionId,
  getTriggers: (row: Trigger) => row.triggerId,
};

const MAX_PAGES = 100;
const MAX_ROWS = 100_000;

/** With small pages a list may have more of them. */
const maxPagesOf = (limit: number | undefined): number =>
  Math.max(MAX_PAGES, Math.ceil(MAX_ROWS / (limit ?? MAX_ROWS)));

/**
 * * Reads the pages of a list, each without rows of earlier pages. It ends with a page that is empty, has no new row,
 * or is * shorter than an earlier page: the service may put fewer rows on a page than were asked for. `count` is not
 * reliable * (NOTES §5.11). The service has no cursor, so rows that move towards the front while the list is read may
 * be missed. * @throws DataFlowCallError from the calls, or if there are more than `maxPages` pages
 */
export async function* pagesOf<Name extends ListName>(
  client: DataFlowClient,
  name: Name,
  input: OperationInput<Name>,
  { maxPages = maxPagesOf(input.limit), ...options }: PagesOptions = {},
): AsyncGenerator<Answer<Page<RowOf<Name>>>, void, undefined> {
  const seen = new Set<string>();
  const isNew = (row: RowOf<Name>): boolean => {
    const known = seen.size;
    return seen.add(ROW_ID[name](row)).size > known;
  };
  const first = input.page ?? 0;
  let longest = 0;
  for (let page = first; page < first + maxPages; page += 1) {
    // The compiler does not resolve a mapped type for a generic name.
    const answer = (await client.call<ListName>(name, { ...input, page }, options)) as Answer<
      Page<RowOf<Name>>
    >;
    const held = rowsOn(answer.output);
    const fresh = answer.output.list.filter(isNew);
    if (fresh.length > 0) yield { ...answer, output: { ...answer.output, list: fresh } };
    if (fresh.length === 0 || held < longest) return;
    longest = held;
  }
  throw endless(name, input, maxPages);
}

/** As {@link pagesOf}, row by row. */
export async function* rowsOf<Name extends ListName>(
  client: DataFlowClient,
  name: Name,
  input: OperationInput<Name>,
  options: PagesOptions = {},
): AsyncGenerator<RowOf<Name>, void, undefined> {
  for await (const { output } of pagesOf(client, name, input, options)) yield* output.list;
}

function endless<Name extends ListName>(
  name: Name,
  input: OperationInput<Name>,
  maxPages: number,
): DataFlowCallError {
  const { method, path } = toRequest(name, input, {});
  return new DataFlowCallError(
    {
      call: name,
      request: `${method} ${path}`,
      failure: 'DataFlowProtocolError',
      sent: 'yes',
      complete: true,
    },
    `the list did not end within ${maxPages} pages`,
  );
}

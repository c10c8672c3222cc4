import { describe, expect, it } from 'vitest';
import type { JobExecution, Page } from '../../../contract/job.js';
import { pagesOf, rowsOf, type DataFlowClient } from '../../../client/index.js';

interface Asked {
  readonly page?: number;
  readonly limit?: number;
}

const row = (id: string): JobExecution => ({ jobExecutionId: id, jobId: 'j', status: 'COMPLETED' });

/** A service that shows these pages, and empty ones after them. */
function aClient(pages: readonly (readonly string[])[], limit = 2) {
  const asked: Asked[] = [];
  const call = (_: string, input: Asked) => {
    asked.push(input);
    const list = (pages[input.page ?? 0] ?? []).map(row);
    const output: Page<JobExecution> = { list, count: 999, page: input.page ?? 0, limit };
    return Promise.resolve({ output, dateMs: 1 });
  };
  const client = { call, close: () => Promise.resolve() } as unknown as DataFlowClient;
  return { client, asked };
}

async function idsOf(client: DataFlowClient, input: Asked = {}, maxPages = 9): Promise<string[]> {
  const ids: string[] = [];
  for await (const { jobExecutionId } of rowsOf(
    client,
    'getJobExecutions',
    { jobId: 'j', ...input },
    { maxPages },
  ))
    ids.push(jobExecutionId);
  return ids;
}

describe('rowsOf', () => {
  it('ends with a page shorter than the one before, whatever count says', async () => {
    const { client, asked } = aClient([['a', 'b'], ['c']]);
    expect(await idsOf(client)).toEqual(['a', 'b', 'c']);
    expect(asked.map(({ page }) => page)).toEqual([0, 1]);
  });

  it('ends with an empty page', async () => {
    const { client, asked } = aClient([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    expect(await idsOf(client)).toEqual(['a', 'b', 'c', 'd']);
    expect(asked).toHaveLength(3);
  });

  it('gives a row once that shifted to the next page', async () => {
    const { client } = aClient([['a', 'b'], ['b', 'c'], ['d']]);
    expect(await idsOf(client)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('ends when a service that ignores the page shows the same rows again', async () => {
    const { client, asked } = aClient([
      ['a', 'b'],
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(await idsOf(client)).toEqual(['a', 'b']);
    expect(asked).toHaveLength(2);
  });

  it('goes on after a full page of a service that caps the limit', async () => {
    const { client } = aClient([['a', 'b'], ['c']]);
    expect(await idsOf(client, { limit: 1_000 })).toEqual(['a', 'b', 'c']);
  });

  it('goes on after a page of a service that caps the limit and says nothing of it (A5)', async () => {
    const { client } = aClient([['a', 'b'], ['c']], 1_000);
    expect(await idsOf(client, { limit: 1_000 })).toEqual(['a', 'b', 'c']);
  });

  it('begins with the page that the input names', async () => {
    const { client } = aClient([['a', 'b'], ['c']]);
    expect(await idsOf(client, { page: 1 })).toEqual(['c']);
  });

  it('fails rather than read for ever', async () => {
    const { client } = aClient([
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
    ]);
    await expect(idsOf(client, {}, 2)).rejects.toMatchObject({
      failure: 'DataFlowProtocolError',
      message: expect.stringContaining('the list did not end within 2 pages') as string,
    });
  });
});

describe('pagesOf', () => {
  it('gives the pages with the date of each answer', async () => {
    const { client } = aClient([['a']]);
    const pages: unknown[] = [];
    for await (const page of pagesOf(client, 'getJobExecutions', { jobId: 'j' })) pages.push(page);
    expect(pages).toEqual([
      { output: { list: [row('a')], count: 999, page: 0, limit: 2 }, dateMs: 1 },
    ]);
  });
});

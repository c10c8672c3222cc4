import { describe, expect } from 'vitest';
import { it, START, type Bench } from './signed-call.js';

const DAY_MS = 86_400_000;
const range = (from: string, to: string): string =>
  `startDate=${encodeURIComponent(from)}&endDate=${encodeURIComponent(to)}`;
const THREE_DAYS = range('2026-11-20T00:00:00', '2026-11-22T23:59:59');

/** Six executions: three ended, one each of another end, one under way, and one of the day before. */
async function busyService(start: (options: object) => Promise<Bench>): Promise<Bench> {
  const bench = await start({ jobs: [{ jobId: 'j1' }], timeScale: 1 });
  const { simulator } = bench;
  const run = (execution: object): void => {
    simulator.startForeignExecution('j1', { execution });
  };
  run({});
  simulator.advance(DAY_MS);
  run({ outcome: 'FAILED' });
  run({ outcome: 'CANCELED' });
  run({});
  simulator.advance(2 * 3_600_000);
  run({ never: true });
  return bench;
}

async function ask({ call }: Bench, name: string, query: string) {
  const { status, text } = await call('GET', `/api/v1/stats/${name}?${query}`);
  return { status, body: JSON.parse(text) as Record<string, unknown> };
}

describe('statistics', () => {
  it('count executions by days of Korea', async ({ start }) => {
    const { body } = await ask(await busyService(start), 'executions-interval', THREE_DAYS);
    const row = (totalCount: number, startDate: string, endDate: string) => ({
      totalCount,
      startDate: `${startDate}+09:00`,
      endDate: `${endDate}+09:00`,
    });
    expect(body['result']).toEqual([
      row(0, '2026-11-20T00:00:00', '2026-11-21T00:00:00'),
      row(1, '2026-11-21T00:00:01', '2026-11-22T00:00:00'),
      row(4, '2026-11-22T00:00:01', '2026-11-23T00:00:00'),
    ]);
  });

  it('count all of a range, and those that completed or failed', async ({ start }) => {
    const { body } = await ask(await busyService(start), 'executions', THREE_DAYS);
    expect(body).toEqual({ totalCount: 5, completedCount: 2, failedCount: 1 });
  });

  it('count executions by two hours', async ({ start }) => {
    const noon = START + DAY_MS;
    const query = range('2026-11-22T11:00:00', '2026-11-22T16:00:00');
    const { body } = await ask(await busyService(start), 'execution-times', query);
    expect(body['result']).toEqual([
      { time: noon - 3_600_000, value: 3 },
      { time: noon + 3_600_000, value: 1 },
      { time: noon + 3 * 3_600_000, value: 0 },
    ]);
  });

  it('of a moment have one row', async ({ start }) => {
    const moment = '2026-11-22T12:00:00';
    const { body } = await ask(await busyService(start), 'execution-times', range(moment, moment));
    expect(body['result']).toEqual([{ time: START + DAY_MS, value: 3 }]);
  });

  it.for([
    { timesPath: 'execution-times', known: ['execution-times'] },
    { timesPath: 'executions-times', known: ['executions-times'] },
    { timesPath: 'both', known: ['execution-times', 'executions-times'] },
  ] as const)('of times are at $known when so switched', async (row, { start }) => {
    const bench = await start({ switches: { timesPath: row.timesPath } });
    for (const path of ['execution-times', 'executions-times'] as const) {
      const { status, body } = await ask(bench, path, THREE_DAYS);
      const isKnown = (row.known as readonly string[]).includes(path);
      expect(status).toBe(isKnown ? 200 : 404);
      if (!isKnown) expect(body).toMatchObject({ error: { errorCode: '300' } });
    }
  });

  it.for([
    { title: 'an offset', query: range('2026-11-20T00:00:00+09:00', '2026-11-22T00:00:00') },
    { title: 'a day alone', query: range('2026-11-20', '2026-11-22') },
    { title: 'a day that is none', query: range('2026-02-30T00:00:00', '2026-03-02T00:00:00') },
    { title: 'the end first', query: range('2026-11-22T00:00:00', '2026-11-20T00:00:00') },
    { title: 'two years', query: range('2025-11-22T00:00:00', '2027-11-20T00:00:00') },
  ])('refuse $title', async ({ query }, { start }) => {
    const bench = await start();
    for (const name of ['executions-interval', 'executions', 'execution-times']) {
      expect(await ask(bench, name, query)).toMatchObject({
        status: 400,
        body: { errorType: 'bad-parameter' },
      });
    }
  });
});

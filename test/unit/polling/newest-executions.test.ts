import { fc, test } from '@fast-check/vitest';
import { describe, expect, it, vi } from 'vitest';
import type { JobExecution } from '../../../contract/job.js';
import { createRateLimiter } from '../../../polling/rate-limiter.js';
import { createNewestReader } from '../../../polling/newest-executions.js';
import { ListedJob, type FakeOrder } from './listed-job.js';
import { ManualClock, settle } from './manual-clock.js';

const ids = (rows: readonly { jobExecutionId: string }[]) => rows.map((row) => row.jobExecutionId);

const orders = ['newest-first', 'oldest-first'] as const satisfies FakeOrder[];

describe('createNewestReader', () => {
  it('reads a list that is shorter than a page in one call, whatever its order', async () => {
    const job = new ListedJob('shuffled', 60);
    const reading = await createNewestReader(job.client).read('job');
    expect(reading).toMatchObject({ complete: false, calls: 1 });
    expect(ids(reading.rows).slice(0, 2)).toEqual(['e59', 'e58']);
  });

  it('needs one call for the newest of a list that is newest first', async () => {
    const job = new ListedJob('newest-first', 12_000);
    const untilOlderThanMs = job.createdMsAgo(50);
    const reading = await createNewestReader(job.client).read('job', { untilOlderThanMs });
    expect(reading).toMatchObject({ complete: false, calls: 1 });
    expect(reading.rows).toHaveLength(100);
  });

  it.each(['total', 'page', 'nonsense'] as const)(
    'finds the end of a list that is oldest first once, when count is the %s, and remembers it',
    async (countIs) => {
      const job = new ListedJob('oldest-first', 12_000);
      job.countIs = countIs;
      const reader = createNewestReader(job.client);
      const first = await reader.read('job');
      expect(ids(first.rows)).toContain('e11999');
      expect(first.calls).toBeLessThanOrEqual(countIs === 'total' ? 4 : 20);
      for (let n = 0; n < 30; n += 1) {
        job.add(33);
        const { calls, rows } = await reader.read('job', {
          untilOlderThanMs: job.createdMsAgo(40),
        });
        expect(calls).toBeLessThanOrEqual(3);
        expect(ids(rows).slice(0, 41)).toEqual(ids(job.rows.slice(-41).reverse()));
      }
    },
  );

  it.each(orders)('gives at least a page of the newest when no limit is set, %s', async (order) => {
    const job = new ListedJob(order, 1_001);
    const reading = await createNewestReader(job.client).read('job');
    expect(reading.complete).toBe(false);
    expect(ids(reading.rows.slice(0, 100))).toEqual(ids(job.rows.slice(-100).reverse()));
  });

  it('reads all of a list without dates', async () => {
    const job = new ListedJob('newest-first');
    job.dated = false;
    job.add(250);
    const reading = await createNewestReader(job.client).read('job', {
      untilOlderThanMs: 0,
      prove: true,
    });
    expect(reading).toMatchObject({ complete: true, calls: 3 });
    expect(reading.rows).toHaveLength(250);
  });

  it('fails, and says why, when a list without order has no end in sight', async () => {
    const job = new ListedJob('shuffled', 1_000);
    const reader = createNewestReader(job.client, { mostCalls: 5 });
    await expect(reader.read('job')).rejects.toMatchObject({
      failure: 'DataFlowProtocolError',
      message: expect.stringContaining('the list did not end within 5 pages') as string,
    });
  });

  it.each(orders)('learns anew when the service turns a list that was %s around', async (order) => {
    const job = new ListedJob(order, 1_000);
    const reader = createNewestReader(job.client);
    await reader.read('job');
    job.order = order === 'newest-first' ? 'oldest-first' : 'newest-first';
    const { rows } = await reader.read('job');
    expect(ids(rows)).toContain('e999');
  });

  it('finds the end again after the service has dropped most of a list', async () => {
    const job = new ListedJob('oldest-first', 5_000);
    const reader = createNewestReader(job.client);
    await reader.read('job');
    job.rows.splice(0, 4_500);
    const { rows } = await reader.read('job');
    expect(ids(rows)).toContain('e4999');
  });

  it('reads pages that hold fewer rows than were asked for', async () => {
    const job = new ListedJob('oldest-first', 730);
    job.mostRows = 50;
    const { rows, complete } = await createNewestReader(job.client).read('job', {
      untilOlderThanMs: job.createdMsAgo(300),
      prove: true,
    });
    expect(complete).toBe(true);
    expect(rows.length).toBeGreaterThanOrEqual(301);
  });

  it('gives the date of the answer to its first call', async () => {
    const job = new ListedJob('oldest-first', 500);
    const { dateMs, calls } = await createNewestReader(job.client).read('job');
    expect(calls).toBeGreaterThan(1);
    expect(dateMs).toBe(Date.parse('2026-01-01T00:00:01Z'));
  });

  it('does not take the Date of that answer for the clock of the service (S2)', async () => {
    const job = new ListedJob('oldest-first', 500);
    job.strayMs = 60_000;
    const { dateMs } = await createNewestReader(job.client).read('job');
    expect(dateMs).toBe(Date.parse('2026-01-01T00:00:01Z'));
  });

  it('takes every call from the budget, but the first when that is paid', async () => {
    const clock = new ManualClock();
    const rateLimiter = createRateLimiter({ callsPerSecond: 1, clock });
    const job = new ListedJob('shuffled', 250);
    const reading = createNewestReader(job.client, { rateLimiter }).read('job', { prepaid: true });
    await settle();
    expect(job.calls).toBe(2);
    await clock.advance(1_000);
    expect((await reading).calls).toBe(3);
  });

  it('queues in the budget as it is told to', async () => {
    const rateLimiter = createRateLimiter({ callsPerSecond: 100 });
    const acquire = vi.spyOn(rateLimiter, 'acquire');
    const reader = createNewestReader(new ListedJob('shuffled', 250).client, { rateLimiter });
    await reader.read('job', { prepaid: true, priority: 'poll' });
    expect(acquire.mock.calls.map(([, priority]) => priority)).toEqual(['poll', 'poll']);
  });

  it('ends a reading soon after its first call, however many others begin, where its further calls are urgent', async () => {
    const clock = new ManualClock();
    const rateLimiter = createRateLimiter({ callsPerSecond: 1, clock });
    const job = new ListedJob('newest-first', 10);
    const reader = createNewestReader(job.client, { rateLimiter });
    const READERS = 40;
    const callsBetween: number[] = [];
    for (let nth = 0; nth < READERS; nth += 1) {
      let first: number | undefined;
      const onCall = (): void => {
        first ??= job.calls;
      };
      void reader
        .read('job', { untilOlderThanMs: -Infinity, prove: true, furtherPriority: 'high', onCall })
        .then(() => callsBetween.push(job.calls - (first ?? NaN)));
    }
    while (callsBetween.length < READERS) await clock.advance(1_000);
    expect(job.calls).toBe(2 * READERS);
    expect(Math.max(...callsBetween)).toBeLessThanOrEqual(4);
  });

  it('forgets the job that was read longest ago', async () => {
    const job = new ListedJob('oldest-first', 1_000);
    const reader = createNewestReader(job.client, { rememberedJobs: 1 });
    const first = await reader.read('job');
    await reader.read('another job');
    expect((await reader.read('job')).calls).toBe(first.calls);
    expect((await reader.read('job')).calls).toBeLessThan(first.calls);
  });

  const prove = true;
  const since = (job: ListedJob, rows = 5) => ({ untilOlderThanMs: job.createdMsAgo(rows), prove });

  it.each(orders)('proves nothing missing of a long list in few calls, %s (A5)', async (order) => {
    const job = new ListedJob(order, 12_050);
    job.countIs = 'total';
    const reader = createNewestReader(job.client);
    const first = await reader.read('job', since(job));
    expect(first).toMatchObject({ complete: true });
    const { complete, calls } = await reader.read('job', since(job));
    expect({ complete, calls }).toEqual({ complete: true, calls: 2 });
  });

  it.each([...orders, 'shuffled'] as const)(
    'sees all where a page holds 20 rows and says 100, %s (A5)',
    async (order) => {
      const job = new ListedJob(order, 20);
      Object.assign(job, { mostRows: 20, says: 'what was asked for' });
      const reader = createNewestReader(job.client);
      expect(await reader.read('job', since(job))).toMatchObject({ complete: true, calls: 2 });
      job.add(1);
      const { rows, complete } = await reader.read('job', since(job));
      expect(complete).toBe(true);
      expect(ids(rows)).toContain('e20');
    },
  );

  it.each(['newest-first', 'oldest-first'] as const)(
    'finds what has not started at the other end, %s (A5)',
    async (order) => {
      const job = new ListedJob(order, 1_000);
      job.unstarted = 'at the other end';
      const reader = createNewestReader(job.client);
      await reader.read('job', since(job));
      job.add(1, 'READY');
      const { rows, complete } = await reader.read('job', since(job));
      expect(complete).toBe(true);
      expect(ids(rows)).toContain('e1000');
    },
  );

  it.each([
    [
      'shows a row twice',
      { spoils: (rows: JobExecution[]) => [...rows.slice(0, 1), ...rows.slice(0, -1)] },
    ],
    [
      'counts more than it shows',
      { countIs: 'total', spoils: (rows: JobExecution[]) => rows.slice(1) },
    ],
    ['has a row that cannot be read on each page', { unreadable: 1 }],
    ['has nothing but rows that cannot be read', { unreadable: 1, rows: [] }],
    ['is the same on each page', { heedsPage: false }],
  ] as const)('proves nothing, in two calls at most, where a list %s (A5)', async (_, change) => {
    const job = new ListedJob('newest-first', 12);
    Object.assign(job, change);
    const { complete, calls } = await createNewestReader(job.client).read('job', since(job));
    expect(complete).toBe(false);
    expect(calls).toBeLessThanOrEqual(2);
  });

  it('reads past what was canceled before it started, at either end of a list (A5)', async () => {
    for (const order of orders) {
      const job = new ListedJob(order);
      job.unstarted = 'at the other end';
      job.showsStarts = true;
      job.add(200);
      const reader = createNewestReader(job.client, { pageSize: 20 });
      await reader.read('job', since(job));
      job.add(60, 'CANCELED', false);
      job.add(1, 'READY');
      const { rows, complete } = await reader.read('job', since(job));
      expect(complete).toBe(true);
      expect(ids(rows)).toContain('e260');
    }
  });

  it.each(orders)(
    'proves nothing of a long list that counts more than it has, %s (A5)',
    async (order) => {
      const job = new ListedJob(order, 1_000);
      job.countIs = 'total';
      const reader = createNewestReader(job.client);
      expect(await reader.read('job', since(job))).toMatchObject({ complete: true });
      job.hidden = 1;
      expect(await reader.read('job', since(job))).toMatchObject({ complete: false });
    },
  );

  test.prop(
    [
      fc.record({
        order: fc.constantFrom<FakeOrder>('newest-first', 'oldest-first', 'shuffled'),
        countIs: fc.constantFrom('total', 'page', 'nonsense'),
        size: fc.nat({ max: 200 }),
        mostRows: fc.constantFrom(1_000, 17),
        says: fc.constantFrom('the rows a page holds', 'what was asked for'),
        prove: fc.boolean(),
        stepMs: fc.constantFrom(0, 100, 1_000, 60_000),
      }),
      fc.array(
        fc.record({
          added: fc.nat({ max: 60 }),
          addedPerCall: fc.nat({ max: 3 }),
          wanted: fc.option(fc.nat({ max: 100 })),
        }),
        { maxLength: 5 },
      ),
    ],
    { numRuns: 150 },
  )(
    'misses no row that was listed when the reading began',
    async ({ prove, ...list }, readings) => {
      const job = new ListedJob(list.order);
      Object.assign(job, list);
      job.add(list.size);
      const reader = createNewestReader(job.client, { pageSize: 20 });
      for (const { added, addedPerCall, wanted } of readings) {
        job.add(added);
        const before = [...job.rows];
        const limitMs = wanted === null ? undefined : job.createdMsAgo(wanted);
        const from =
          limitMs === undefined || Number.isNaN(limitMs)
            ? { prove }
            : { untilOlderThanMs: limitMs, prove };
        job.beforeCall = () => {
          job.add(addedPerCall);
        };
        const { rows, complete } = await reader.read('job', from);
        job.beforeCall = () => undefined;
        const { untilOlderThanMs } = { untilOlderThanMs: undefined, ...from };
        const isHonest = list.mostRows === 1_000 || list.says === 'the rows a page holds';
        const due = before.filter((row) =>
          untilOlderThanMs === undefined
            ? complete
            : (complete || isHonest) && Date.parse(row.createdDate ?? '') >= untilOlderThanMs,
        );
        if (!prove) expect(complete).toBe(false);
        else if (
          untilOlderThanMs !== undefined &&
          addedPerCall === 0 &&
          list.countIs !== 'nonsense'
        )
          expect(complete).toBe(true);
        const shown = new Set(ids(rows));
        expect(shown.size).toBe(rows.length);
        expect(ids(due).filter((id) => !shown.has(id))).toEqual([]);
        if (list.order !== 'shuffled' && wanted === null && addedPerCall === 0 && isHonest) {
          const page = before
            .slice(-Math.min(20, list.mostRows))
            .filter((row) => !shown.has(row.jobExecutionId));
          expect(page).toEqual([]);
        }
      }
    },
  );
});

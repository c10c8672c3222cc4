import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reporting, watchSources, watchTrouble } from '../../../activities/wait-report.js';
import type { ReportRequest } from '../../../contract/wait-report.js';
import { anActivity } from './fake-profile.js';

const MINUTE = 60_000;

describe('an activity that is asked to report (C7)', () => {
  const run = (attempt: number, report: ReportRequest | undefined, lastError?: string) =>
    anActivity({ attempt, heartbeatDetails: { lastError } }).run(
      reporting<{ readonly report?: ReportRequest }, string>(() => Promise.resolve('done')),
      { ...(report && { report }) },
    );

  it.each<[string, number, ReportRequest | undefined, string | undefined, unknown]>([
    [
      'says what three attempts have failed with',
      4,
      { times: 0 },
      'down',
      { report: { lastError: 'down' } },
    ],
    ['says nothing after fewer', 3, { times: 0 }, 'down', 'done'],
    ['says nothing where nothing failed', 9, { times: 0 }, undefined, 'done'],
    ['says nothing twice', 99, { times: 1, told: 'down' }, 'down', 'done'],
    [
      'says something else after twice as many',
      7,
      { times: 1, told: 'down' },
      'refused',
      { report: { lastError: 'refused' } },
    ],
    ['says nothing else before', 6, { times: 1, told: 'down' }, 'refused', 'done'],
    ['says nothing unasked', 99, undefined, 'down', 'done'],
  ])('%s', async (_, attempt, report, lastError, result) => {
    expect(await run(attempt, report, lastError)).toEqual(result);
  });
});

describe('the calls of an activity that stays (C7)', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** When what is reported, of calls that come to this after so many ms. */
  async function reportsOf(
    request: ReportRequest | undefined,
    ...saw: [number, string | undefined][]
  ) {
    const trouble = watchTrouble(request, MINUTE);
    const reports: unknown[] = [];
    let nowMs = 0;
    void trouble.reported.then(({ report }) => reports.push([nowMs, report.lastError]));
    for (let next = 0; nowMs < 240 * MINUTE; nowMs += 1_000) {
      for (; saw[next]?.[0] === nowMs; next += 1) trouble.saw(saw[next]?.[1]);
      await vi.advanceTimersByTimeAsync(1_000);
    }
    trouble.end();
    expect(vi.getTimerCount()).toBe(0);
    return reports;
  }

  it('are reported a minute after they begin to fail', async () => {
    expect(await reportsOf({ times: 0 }, [5_000, 'down'], [30_000, 'refused'])).toEqual([
      [64_000, 'refused'],
    ]);
  });

  it('are not reported when they work again within that time', async () => {
    expect(await reportsOf({ times: 0 }, [5_000, 'down'], [30_000, undefined])).toEqual([]);
  });

  it('are reported when they work again after they were reported to fail, ever more rarely', async () => {
    const request = { times: 3, told: 'down' };
    expect(await reportsOf(request, [1_000, 'down'], [60_000, undefined])).toEqual([
      [60_000 + 8 * MINUTE - 1_000, undefined],
    ]);
  });

  it('are reported at least an hour after a change, however often there were reports', async () => {
    expect(await reportsOf({ times: 40 }, [0, 'down'])).toEqual([[60 * MINUTE - 1_000, 'down']]);
  });

  it('are not reported to those who did not ask', async () => {
    expect(await reportsOf(undefined, [0, 'down'])).toEqual([]);
  });
});

describe('the calls of several sources within one activity (L2)', () => {
  it('fail until all of them work, with the error of the one that has failed for longest', () => {
    const seen: (string | undefined)[] = [];
    const sources = watchSources({
      saw: (lastError) => {
        seen.push(lastError);
      },
      reported: Promise.race([]),
      end: () => undefined,
    });
    sources.saw('a', 'a is down');
    sources.saw('b', 'b is refused');
    sources.saw('a', undefined);
    sources.saw('b', undefined);
    expect(seen).toEqual(['a is down', 'a is down', 'b is refused', undefined]);
  });
});

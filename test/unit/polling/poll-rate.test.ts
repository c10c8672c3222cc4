import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { lifetimeOf, NO_HISTORY } from '../../../polling/duration-model.js';
import { NO_SCAN } from '../../../polling/job-scan.js';
import {
  isOutdated,
  MIN_PRICE_MS,
  NO_PLAN,
  planRate,
  type RatePlan,
} from '../../../polling/poll-rate.js';
import { watch, type WatchedJob } from '../../../polling/watched-execution.js';
import { price, settings } from './usual-settings.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW_MS = 1_000_000_000;

interface Kind {
  /** Of the executions of one job. */
  readonly agesMs: readonly number[];
  readonly usualMs?: number | undefined;
  readonly isScanned?: boolean;
}

const jobsOf = (kinds: readonly Kind[]): ReadonlyMap<string, WatchedJob> =>
  new Map(
    kinds.map(({ agesMs, usualMs, isScanned }, n) => {
      const lifetime =
        usualMs === undefined
          ? NO_HISTORY
          : lifetimeOf({
              completedMs: Array.from({ length: 20 }, (_, k) => usualMs * (0.9 + k / 100)),
              failedMs: [],
            });
      const executions = agesMs.map((ageMs, k) => {
        const executionId = `e${k}`;
        const known = { executionId, createdMs: NOW_MS - ageMs };
        return [executionId, watch(known, lifetime, NOW_MS, price)] as const;
      });
      const jobId = `job${n}`;
      const calls = { listNotBeforeMs: 0, listCalls: 1, isScanned, version: 0 };
      return [jobId, { jobId, executions: new Map(executions), lifetime, ...calls }];
    }),
  );

const planOf = (
  kinds: readonly Kind[],
  callsPerMinute = 120,
  scan = NO_SCAN,
  before: RatePlan = NO_PLAN,
): RatePlan => {
  const executions = kinds.reduce((sum, { agesMs }) => sum + agesMs.length, 0);
  const now = { executions, callsPerMinute };
  return planRate(jobsOf(kinds), scan, now, NOW_MS, settings, before);
};

/** So many jobs with one execution each, of all ages up to two hours, which is what earlier ones took. */
const alone = (jobs: number, more: Partial<Kind> = {}): readonly Kind[] =>
  Array.from({ length: jobs }, (_, n) => ({ agesMs: [(2 * HOUR * n) / jobs], ...more }));
const noHelp = { isScanned: false };

describe('planRate', () => {
  it('watches few closely: the price stays at its least, without scans', () => {
    for (const usualMs of [undefined, 2 * HOUR])
      expect(planOf(alone(4, { usualMs, ...noHelp }))).toMatchObject({
        ...{ priceMs: MIN_PRICE_MS, longestMs: 300_000 },
        ...{ scanPauseMs: undefined, besideScansMs: undefined },
      });
  });

  it('raises the price with the number of those that only polls can tell of', () => {
    const prices = [10, 50, 200, 1_000].map((jobs) => planOf(alone(jobs, noHelp)).priceMs);
    expect(prices[0]).toBe(MIN_PRICE_MS);
    for (let n = 1; n < prices.length; n += 1) expect(prices[n]).toBeGreaterThan(prices[n - 1]!);
  });

  it('lowers it with the rate that the user allows', () => {
    const priceAt = (callsPerMinute: number) => planOf(alone(50, noHelp), callsPerMinute).priceMs;
    expect(priceAt(60)).toBeGreaterThan(priceAt(120));
    expect(priceAt(6_000)).toBe(MIN_PRICE_MS);
  });

  it.each([
    ['four jobs', 4, {}, 1, false],
    ['ten jobs', 10, {}, 1, true],
    ['a hundred jobs', 100, {}, 1, true],
    ['a hundred jobs whose rows were no help', 100, noHelp, 1, false],
    ['a hundred jobs on as many pages', 100, {}, 100, false],
    ['ten thousand jobs on ten pages', 10_000, {}, 10, true],
  ])('plans scans where they save calls: %s', (_what, jobs, more, pages, isPlanned) => {
    const { scanPauseMs, besideScansMs } = planOf(alone(jobs, more), 120, { ...NO_SCAN, pages });
    expect(scanPauseMs !== undefined).toBe(isPlanned);
    expect(besideScansMs !== undefined).toBe(isPlanned);
  });

  it('plans no scans while they rest, and keeps them until half as much would be saved', () => {
    const resting = { ...NO_SCAN, notBeforeMs: NOW_MS + 1 };
    expect(planOf(alone(100), 120, resting).scanPauseMs).toBeUndefined();
    const kinds = alone(20);
    const scanning = { ...NO_PLAN, scanPauseMs: 8_000, besideScansMs: 300_000 };
    expect(planOf(kinds, 800).scanPauseMs).toBeUndefined();
    expect(planOf(kinds, 800, NO_SCAN, scanning).scanPauseMs).toBeDefined();
  });

  it('polls each once per maxPollMs while the calls bear that, else in turn with what is left', () => {
    expect(planOf(alone(100)).besideScansMs).toBe(300_000);
    const { besideScansMs = 0 } = planOf(alone(1_000, { usualMs: 2 * HOUR }));
    expect(besideScansMs).toBeGreaterThan(1_000 * (MINUTE / 108));
    expect(besideScansMs).toBeLessThan(2 * 1_000 * (MINUTE / 108));
    const crowd = planOf(alone(10_000), 120, { ...NO_SCAN, pages: 10 });
    expect(crowd.besideScansMs).toBeLessThanOrEqual((8 / 0.9) * 10_000 * (MINUTE / 120));
  });

  it('does not change the turns beside scans for a small change of what is watched', () => {
    const before = planOf(alone(1_000));
    const after = planOf(alone(1_030), 120, NO_SCAN, before);
    expect(after.longestMs).not.toBe(before.longestMs);
    expect(after.besideScansMs).toBe(before.besideScansMs);
  });

  const kinds = fc.array(
    fc.record({
      agesMs: fc.array(fc.nat({ max: 50 * HOUR }), { minLength: 1, maxLength: 40 }),
      usualMs: fc.option(fc.integer({ min: MINUTE, max: 24 * HOUR }), { nil: undefined }),
      isScanned: fc.boolean(),
    }),
    { minLength: 1, maxLength: 60 },
  );
  test.prop([kinds, fc.integer({ min: 1, max: 6_000 }), fc.integer({ min: 1, max: 20 })], {
    numRuns: 200,
  })('leaves nobody out and asks for no more than the rate', (all, callsPerMinute, pages) => {
    const plan = planOf(all, callsPerMinute, { ...NO_SCAN, pages });
    const { priceMs, longestMs, scanPauseMs, besideScansMs } = plan;
    const executions = all.reduce((sum, { agesMs }) => sum + agesMs.length, 0);
    expect(priceMs).toBeGreaterThanOrEqual(MIN_PRICE_MS);
    expect(longestMs).toBeGreaterThanOrEqual(settings.maxPollMs);
    const inTurn = executions / ((0.9 / 8) * (callsPerMinute / MINUTE));
    expect(longestMs).toBeLessThanOrEqual(Math.max(settings.maxPollMs, inTurn));
    // What is made whatever the price: the turn of each job.
    expect((MINUTE * all.length) / longestMs).toBeLessThanOrEqual(callsPerMinute);
    if (scanPauseMs === undefined) expect(besideScansMs).toBeUndefined();
    else {
      expect(scanPauseMs).toBeGreaterThanOrEqual(4 * settings.minPollMs);
      expect(scanPauseMs).toBeLessThanOrEqual(settings.maxPollMs);
      expect(besideScansMs).toBeGreaterThanOrEqual(settings.maxPollMs);
    }
  });
});

describe('isOutdated', () => {
  const plan = { ...NO_PLAN, executions: 100, callsPerMinute: 120, plannedMs: NOW_MS };
  it.each([
    ['a tenth more', 110, 120, 0, false],
    ['more than a tenth more', 111, 120, 0, true],
    ['more than a tenth fewer', 89, 120, 0, true],
    ['as many, five seconds later', 100, 120, 5_000, true],
    ['as many, for fewer calls', 100, 60, 0, true],
  ])('of a plan for a hundred: %s', (_what, executions, callsPerMinute, laterMs, outdated) => {
    const now = { executions, callsPerMinute };
    expect(isOutdated(plan, now, NOW_MS + laterMs)).toBe(outdated);
  });
});

import { describe, expect, it } from 'vitest';
import type { JobExecution } from '../../../contract/job.js';
import { lifetimeOf, NO_HISTORY } from '../../../polling/duration-model.js';
import {
  afterFailure,
  afterHint,
  afterListedEnd,
  afterNudge,
  afterStatus,
  afterUnlisted,
  pollTarget,
  isLost,
  watch,
  type Watched,
} from '../../../polling/watched-execution.js';
import { price, settings } from './usual-settings.js';

const NOW_MS = 1_000_000_000;
const missing = { notFound: true, retryAfterMs: undefined };
const broken = { notFound: false, retryAfterMs: undefined };
const fresh = watch({ executionId: 'e1', createdMs: NOW_MS }, NO_HISTORY, NOW_MS, price);
const goesOn = (watched: Watched, nowMs: number, more: Partial<JobExecution> = {}): Watched =>
  afterStatus(watched, { status: 'RUNNING', ...more }, nowMs, 7_000);

describe('watch', () => {
  it.each([
    ['of unknown age', undefined, 0],
    ['created just now', NOW_MS, 2_000],
    ['created half a second ago', NOW_MS - 500, 1_500],
    ['created long ago', NOW_MS - 3_600_000, 0],
    ['created in the future, by a clock that is ahead', NOW_MS + 60_000, 2_000],
  ])('looks at an execution %s after %s', (_what, createdMs, pauseMs) => {
    const watched = watch({ executionId: 'e1', createdMs }, NO_HISTORY, NOW_MS, price);
    expect(watched.dueMs).toBe(NOW_MS + pauseMs);
  });
});

describe('afterStatus', () => {
  it('ends all trouble and puts the next look off for a pause', () => {
    const troubled = afterUnlisted(afterFailure(fresh, missing, NOW_MS, settings));
    expect(goesOn(troubled, NOW_MS + 300_000)).toEqual({
      ...fresh,
      dueMs: NOW_MS + 307_000,
      readMs: NOW_MS + 300_000,
      lastStatus: 'RUNNING',
    });
  });

  it('learns the creation from the service, where it was not told', () => {
    const createdDate = new Date(NOW_MS - 9_000).toISOString();
    const untold = { ...fresh, createdMs: undefined };
    expect(goesOn(untold, NOW_MS, { createdDate }).createdMs).toBe(NOW_MS - 9_000);
    expect(goesOn(fresh, NOW_MS, { createdDate }).createdMs).toBe(NOW_MS);
  });

  it('counts the age from the start, once the service tells it: time in the queue is no running time', () => {
    const startDate = new Date(NOW_MS + 299_000).toISOString();
    const started = goesOn(fresh, NOW_MS + 300_000, { startDate });
    expect(pollTarget(started, NO_HISTORY, NOW_MS + 300_000).ageMs).toBe(1_000);
  });

  it('keeps the look that getJobs asked for while the call was under way: it may have seen less', () => {
    const hinted = afterHint(fresh, NOW_MS + 500);
    const answer = { status: 'RUNNING' };
    const [before, since] = [NOW_MS + 100, NOW_MS + 600].map((begunMs) =>
      afterStatus(hinted, answer, NOW_MS + 1_000, 7_000, begunMs),
    );
    expect([before?.dueMs, before?.hintedMs]).toEqual([NOW_MS + 1_000, NOW_MS + 500]);
    expect([since?.dueMs, since?.hintedMs]).toEqual([NOW_MS + 8_000, undefined]);
  });

  it('takes a start in the future, by a clock that is ahead, for now', () => {
    const startDate = new Date(NOW_MS + 900_000).toISOString();
    expect(goesOn(fresh, NOW_MS + 300_000, { startDate }).agedFromMs).toBe(NOW_MS + 300_000);
  });
});

describe('afterHint', () => {
  it.each([
    ['makes a poll due at once', fresh, NOW_MS],
    ['keeps one that is due already', { ...fresh, dueMs: NOW_MS - 5_000 }, NOW_MS - 5_000],
    [
      'keeps the pause after failures',
      afterFailure(fresh, broken, NOW_MS, settings),
      NOW_MS + 2_000,
    ],
  ])('%s', (_what, watched, dueMs) => {
    expect(afterHint(watched, NOW_MS).dueMs).toBe(dueMs);
  });
});

describe('afterListedEnd', () => {
  it('is to be confirmed at once', () => {
    expect(afterListedEnd(fresh, NOW_MS)).toMatchObject({ endSeen: true, dueMs: NOW_MS });
  });

  it('does not hasten a confirmation that has failed', () => {
    const failed = afterFailure(afterListedEnd(fresh, NOW_MS), broken, NOW_MS, settings);
    expect(afterListedEnd(failed, NOW_MS + 1).dueMs).toBe(NOW_MS + 2_000);
  });
});

describe('afterFailure', () => {
  it('waits longer each time', () => {
    const once = afterFailure(fresh, broken, NOW_MS, settings);
    const twice = afterFailure(once, broken, NOW_MS, settings);
    expect([once.dueMs, twice.dueMs]).toEqual([NOW_MS + 2_000, NOW_MS + 4_000]);
  });

  it.each([
    [500, 2_000],
    [120_000, 120_000],
  ])('for a Retry-After of %d ms waits %d ms', (retryAfterMs, pauseMs) => {
    const failed = afterFailure(fresh, { ...missing, retryAfterMs }, NOW_MS, settings);
    expect(failed.dueMs).toBe(NOW_MS + pauseMs);
  });

  it('looks at a missing one no later than when waiters give up', () => {
    const first = afterFailure(fresh, missing, NOW_MS, settings);
    const later = afterFailure({ ...first, failures: 5 }, missing, NOW_MS + 29_000, settings);
    expect(later.dueMs).toBe(NOW_MS + 30_000);
  });
});

describe('isLost', () => {
  const gone = afterFailure(fresh, missing, NOW_MS, settings);
  it.each([
    ['shorter than maxListingDelayMs', NOW_MS, NOW_MS + 29_999, false],
    ['for maxListingDelayMs', NOW_MS, NOW_MS + 30_000, true],
    ['long, but a waiter has just come', NOW_MS + 50_000, NOW_MS + 60_000, false],
  ])('missing %s', (_what, registeredMs, nowMs, lost) => {
    expect(isLost(gone, registeredMs, nowMs, settings)).toBe(lost);
  });

  it('is not lost once it was found again', () => {
    const found = goesOn(gone, NOW_MS + 1);
    expect(isLost(found, NOW_MS, NOW_MS + 1e6, settings)).toBe(false);
  });

  it('counts from the first "not found", also when other failures come between', () => {
    const still = afterFailure(gone, broken, NOW_MS + 20_000, settings);
    expect(isLost(still, NOW_MS, NOW_MS + 30_000, settings)).toBe(true);
  });
});

describe('afterNudge', () => {
  const old = { ...goesOn(fresh, NOW_MS + 3_600_000), dueMs: NOW_MS + 3_660_000 };

  it('looks after the shortest pause, and from then on as at one just started, whatever others took', () => {
    const nudged = afterNudge(old, NOW_MS + 3_600_000, settings);
    expect(nudged.dueMs).toBe(NOW_MS + 3_602_000);
    const seen = lifetimeOf({ completedMs: [7_200_000], failedMs: [] });
    const next = goesOn(nudged, nudged.dueMs, { startDate: new Date(NOW_MS).toISOString() });
    expect(pollTarget(next, seen, nudged.dueMs)).toEqual({ ageMs: 2_000, lifetime: NO_HISTORY });
  });

  it('does not shorten the pause after failures', () => {
    const failed = afterFailure(fresh, { ...broken, retryAfterMs: 50_000 }, NOW_MS, settings);
    expect(afterNudge(failed, NOW_MS, settings).dueMs).toBe(NOW_MS + 50_000);
  });
});

import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { lifetimeOf, type DurationModel, NO_HISTORY } from '../../../polling/duration-model.js';
import { backoffMs, pauseMs } from '../../../polling/poll-interval.js';

const price = { minPollMs: 2_000, longestMs: 300_000, priceMs: 500 };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const pause = (ageMs: number, lifetime: DurationModel, timeoutMs?: number): number =>
  pauseMs([{ ageMs, lifetime, timeoutMs }], price);

/** Twenty executions, a few per cent apart. */
const runsOf = (ms: number): readonly number[] =>
  Array.from({ length: 20 }, (_, n) => ms * (0.9 + n / 100));

describe('pauseMs without history', () => {
  it.each([
    [0, 2_000],
    [MINUTE, 9_000],
    [10 * MINUTE, 28_300],
    [HOUR, 69_000],
    [24 * HOUR, 300_000],
  ])('looks at an execution that is %d ms old again after about %d ms', (ageMs, wanted) => {
    const ms = pause(ageMs, NO_HISTORY);
    expect(ms).toBeGreaterThan(0.93 * wanted);
    expect(ms).toBeLessThanOrEqual(1.07 * wanted);
  });

  it('doubles the calls where a call is worth a quarter', () => {
    const often = pauseMs([{ ageMs: HOUR, lifetime: NO_HISTORY }], {
      ...price,
      priceMs: 80,
    });
    const rarely = pauseMs([{ ageMs: HOUR, lifetime: NO_HISTORY }], {
      ...price,
      priceMs: 320,
    });
    expect(rarely / often).toBeCloseTo(2, 0);
  });
});

describe('pauseMs with history', () => {
  const hours = lifetimeOf({ completedMs: runsOf(2 * HOUR), failedMs: [] });

  it('saves calls until the end is due, then looks often', () => {
    const early = pause(HOUR, hours);
    const due = pause(2 * HOUR, hours);
    expect(early).toBeGreaterThan(4 * MINUTE);
    expect(due).toBeLessThan(45_000);
  });

  it('does not leap over the time when the end is due', () => {
    expect(1.5 * HOUR + pause(1.5 * HOUR, hours)).toBeLessThan(1.8 * HOUR);
  });

  it('looks at one that has outlived all earlier ones as at one without history', () => {
    expect(pause(30 * HOUR, hours)).toBeGreaterThan(MINUTE);
    expect(pause(4 * HOUR, hours)).toBeLessThan(3 * MINUTE);
  });

  it('looks right after the remote time-out, which ends an execution for sure', () => {
    const ageMs = 29 * MINUTE;
    expect(pause(ageMs, hours)).toBeGreaterThan(2 * MINUTE);
    const ms = pause(ageMs, hours, 30 * MINUTE);
    expect(ms).toBeGreaterThan(MINUTE);
    expect(ms).toBeLessThan(MINUTE + 5_000);
  });

  it('looks again soon while the service is late to end it, ever more rarely', () => {
    const after = (ms: number): number => pause(30 * MINUTE + ms, hours, 30 * MINUTE);
    expect(after(1_000)).toBeLessThan(4_000);
    expect(after(10 * MINUTE)).toBeGreaterThan(15_000);
  });
});

describe('pauseMs of several executions that one call shows', () => {
  it('is shorter by the root of their number where they are alike', () => {
    const one = { ageMs: 10 * MINUTE, lifetime: NO_HISTORY };
    const alone = pauseMs([one], price);
    const nine = pauseMs(
      Array.from({ length: 9 }, () => one),
      price,
    );
    expect(alone / nine).toBeGreaterThan(2.7);
    expect(alone / nine).toBeLessThan(3.3);
  });

  const lifetime = lifetimeOf({ completedMs: runsOf(2 * HOUR), failedMs: [] });
  const young = { ageMs: MINUTE, lifetime };
  it.each([
    ['is older', 1, { ageMs: 2 * HOUR, lifetime }],
    ['is older, among the last', 199, { ageMs: 2 * HOUR, lifetime }],
    ['has another lifetime', 101, { ageMs: MINUTE, lifetime: NO_HISTORY }],
    ['times out', 150, { ...young, timeoutMs: MINUTE + 1_000 }],
  ])('counts the one of hundreds that %s', (_which, place, one) => {
    const all = Array.from({ length: 200 }, () => young);
    expect(pauseMs(all.with(place, one), price)).toBeLessThan(0.96 * pauseMs(all, price));
  });
});

test.prop([
  fc.array(fc.nat({ max: 10 * HOUR }), { maxLength: 30 }),
  fc.array(fc.nat({ max: 10 * HOUR }), { maxLength: 30 }),
  fc.nat({ max: 48 * HOUR }),
  fc.option(fc.integer({ min: 1, max: 24 * HOUR }), { nil: undefined }),
])('pauseMs keeps its bounds whatever was seen', (completedMs, failedMs, ageMs, timeoutMs) => {
  const ms = pause(ageMs, lifetimeOf({ completedMs, failedMs }), timeoutMs);
  expect(ms).toBeGreaterThanOrEqual(2_000);
  expect(ms).toBeLessThanOrEqual(300_000);
});

describe('backoffMs', () => {
  it.each([
    [300_000, [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]],
    [5_000, [2_000, 4_000, 5_000, 5_000, 5_000, 5_000, 5_000]],
  ])('doubles up to a minute, where polls are up to %d ms apart', (maxPollMs, wanted) => {
    const bounds = { minPollMs: 2_000, maxPollMs };
    const pauses = [1, 2, 3, 4, 5, 6, 100].map((failures) => backoffMs(failures, bounds));
    expect(pauses).toEqual(wanted);
  });
});

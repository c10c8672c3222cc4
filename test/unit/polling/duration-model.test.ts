import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { lifetimeOf, NO_HISTORY } from '../../../polling/duration-model.js';

const MINUTE = 60_000;
const tenMinutes = Array.from({ length: 20 }, (_, n) => (9 + n / 10) * MINUTE);

describe('lifetimeOf', () => {
  it('is scale-free where nothing was seen: the same chance to end in the next tenth at any age', () => {
    expect(lifetimeOf(undefined)).toBe(NO_HISTORY);
    expect(lifetimeOf({ completedMs: [], failedMs: [] })).toBe(NO_HISTORY);
    const inTheNextTenth = (ageMs: number): number =>
      NO_HISTORY.cumulative(1.1 * ageMs) - NO_HISTORY.cumulative(ageMs);
    expect(inTheNextTenth(MINUTE)).toBeCloseTo(inTheNextTenth(1_000 * MINUTE), 9);
  });

  it('expects an end where earlier ones ended', () => {
    const { cumulative } = lifetimeOf({ completedMs: tenMinutes, failedMs: [] });
    const shareBetween = (from: number, to: number): number =>
      1 - Math.exp(cumulative(from * MINUTE) - cumulative(to * MINUTE));
    expect(shareBetween(1, 7)).toBeLessThan(0.05);
    expect(shareBetween(7, 13)).toBeGreaterThan(0.9);
  });

  it('keeps failures apart: an early one makes early ends likelier and does not blur the due one', () => {
    const without = lifetimeOf({ completedMs: tenMinutes, failedMs: [] });
    const failed = lifetimeOf({ completedMs: tenMinutes, failedMs: [MINUTE] });
    expect(failed.hazard(MINUTE)).toBeGreaterThan(2 * without.hazard(MINUTE));
    expect(failed.hazard(3 * MINUTE)).toBeGreaterThan(1.5 * without.hazard(3 * MINUTE));
    expect(failed.hazard(10 * MINUTE) / without.hazard(10 * MINUTE)).toBeCloseTo(1, 1);
  });

  it('trusts a single duration less than many', () => {
    const one = lifetimeOf({ completedMs: [10 * MINUTE], failedMs: [] });
    const many = lifetimeOf({ completedMs: tenMinutes.map(() => 10 * MINUTE), failedMs: [] });
    expect(one.hazard(8 * MINUTE)).toBeGreaterThan(2 * many.hazard(8 * MINUTE));
  });

  it('takes durations that are nothing or nonsense as they may come', () => {
    const { hazard } = lifetimeOf({ completedMs: [0, -5, NaN, Infinity], failedMs: [0] });
    for (const ageMs of [1, 1_000, MINUTE]) expect(hazard(ageMs)).toBeGreaterThan(0);
  });

  const durations = fc.array(fc.integer({ min: 1, max: 1e8 }), { maxLength: 24 });
  test.prop([durations, durations, fc.double({ min: 0, max: 1, noNaN: true })], { numRuns: 60 })(
    'has as cumulative hazard the integral of the hazard, which is never zero',
    (completedMs, failedMs, where) => {
      const { hazard, cumulative } = lifetimeOf({ completedMs, failedMs });
      const fromMs = 10 ** (9 * where);
      const steps = 600;
      let sum = 0;
      for (let n = 0; n < steps; n += 1) {
        const lowMs = fromMs * 1.5 ** (n / steps);
        const highMs = fromMs * 1.5 ** ((n + 1) / steps);
        const at = hazard((lowMs + highMs) / 2);
        expect(at).toBeGreaterThan(0);
        sum += at * (highMs - lowMs);
      }
      const rise = cumulative(1.5 * fromMs) - cumulative(fromMs);
      expect(rise).toBeGreaterThan(0);
      expect(Math.abs(sum - rise)).toBeLessThan(0.03 * rise + 1e-4);
    },
  );
});

import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { callWindow, freeAtMs, withStart } from '../../../polling/rate-limiter.js';

/** Most starts in any stretch of so many ms, its end excluded. */
const mostWithin = (starts: readonly number[], stretchMs: number): number =>
  Math.max(
    0,
    ...starts.map((from) => starts.filter((at) => at >= from && at < from + stretchMs).length),
  );

const rates = fc.oneof(
  fc.double({ min: 0.001, max: 20, noNaN: true }),
  fc.constantFrom(0.01, 0.5, 1, 2.5, 3.3, 5, 10),
);

describe('callWindow', () => {
  test.prop([rates, fc.array(fc.nat({ max: 3_000 }), { maxLength: 400 })])(
    'lets no second and no minute have more calls than the rate allows, whenever they are wanted',
    (rate, gapsMs) => {
      const window = callWindow(rate);
      let nowMs = 0;
      let recent: readonly number[] = [];
      const starts: number[] = [];
      for (const gapMs of gapsMs) {
        nowMs = freeAtMs(window, recent, nowMs + (gapMs % 7 === 0 ? gapMs : 0));
        recent = withStart(window, recent, nowMs);
        starts.push(nowMs);
      }
      expect(recent.length).toBeLessThanOrEqual(Math.ceil(rate));
      expect(mostWithin(starts, 1_000)).toBeLessThanOrEqual(Math.ceil(rate));
      expect(mostWithin(starts, 60_000)).toBeLessThanOrEqual(Math.max(1, 60 * rate));
    },
  );

  it.each([0.5, 1, 2.5, 5, 20])('reaches the whole rate of %d calls per second', (rate) => {
    const window = callWindow(rate);
    expect((window.most / window.windowMs) * 1_000).toBeCloseTo(rate);
  });

  it('spaces calls by 1/rate when there is less than one a minute', () => {
    expect(callWindow(0.01)).toEqual({ most: 1, windowMs: 100_000 });
  });

  it.each([0, -1, NaN, Infinity])('refuses a rate of %d', (rate) => {
    expect(() => callWindow(rate)).toThrow(
      `callsPerSecond must be a number greater than 0; got ${rate}`,
    );
  });
});

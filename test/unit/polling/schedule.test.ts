import { describe, expect, it } from 'vitest';
import { backoffMs, spacingMs } from '../../../polling/schedule.js';

const settings = { minPollMs: 2_000, maxPollMs: 60_000 };

describe('spacingMs', () => {
  it.each([
    [0, 2_000],
    [20_000, 2_000],
    [100_000, 10_000],
    [600_000, 60_000],
    [86_400_000, 60_000],
  ])('looks at an execution that is %d ms old again after %d ms', (ageMs, pauseMs) => {
    expect(spacingMs(ageMs, settings)).toBe(pauseMs);
  });
});

describe('backoffMs', () => {
  it('doubles from the shortest pause to the longest', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 100].map((failures) => backoffMs(failures, settings));
    expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });
});

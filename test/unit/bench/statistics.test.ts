import { describe, expect, it } from 'vitest';
import { mean, percentile, rounded } from '../../../bench/statistics.js';

describe('a percentile', () => {
  it('is the smallest sample that the share does not exceed, in any order', () => {
    expect(percentile([3, 1, 2, 4], 0.5)).toBe(2);
    expect(percentile([3, 1, 2, 4], 0.51)).toBe(3);
    expect(percentile([3, 1, 2, 4], 1)).toBe(4);
    expect(percentile([3, 1, 2, 4], 0)).toBe(1);
    const hundred = Array.from({ length: 100 }, (_, nth) => 100 - nth);
    expect(percentile(hundred, 0.95)).toBe(95);
  });

  it('of no samples is a mistake, and so is their mean', () => {
    expect(() => percentile([], 0.5)).toThrow(RangeError);
    expect(() => mean([])).toThrow(RangeError);
  });
});

it('a number is kept to three digits, or to whole ones', () => {
  expect([0.012345, 3.14159, 71.96, 1234.5, 0].map(rounded)).toEqual([0.0123, 3.14, 72, 1235, 0]);
});

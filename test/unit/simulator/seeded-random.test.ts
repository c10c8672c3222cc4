import { describe, expect, it } from 'vitest';
import { createIdSource, createRandom } from '../../../simulator/seeded-random.js';

describe('createIdSource', () => {
  it('gives the same ids for the same seed and others for another', () => {
    const [one, same, other] = [createIdSource(1), createIdSource(1), createIdSource(2)];
    expect(one()).toBe(same());
    expect(one()).not.toBe(other());
  });

  it('gives 12 letters and digits, each id once', () => {
    const nextId = createIdSource(7);
    const ids = Array.from({ length: 2_000 }, nextId);
    expect(ids.every((id) => /^[A-Za-z0-9]{12}$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(2_000);
  });
});

describe('createRandom', () => {
  it('spreads evenly over 0 to 1', () => {
    const random = createRandom(3);
    const numbers = Array.from({ length: 4_000 }, random);
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    expect(numbers.reduce((sum, number) => sum + number, 0) / 4_000).toBeCloseTo(0.5, 1);
  });
});

import { describe, expect, it } from 'vitest';
import { durationMs, durationText } from '../../../contract/durations.js';

describe('durationMs', () => {
  it.each<[unknown, number]>([
    ['90s', 90_000],
    ['2h 30m', 9_000_000],
    ['2h30m', 9_000_000],
    ['1d', 86_400_000],
    ['250ms', 250],
    [1_500, 1_500],
  ])('reads %j', (value, ms) => {
    expect(durationMs(value)).toBe(ms);
  });

  it.each([
    ['10'],
    ['-5m'],
    ['0s'],
    [''],
    ['1.5h'],
    ['PT2H'],
    ['1h 1d'],
    [0],
    [-1],
    [1.5],
    [NaN],
    [null],
    [{}],
  ])('refuses %j, which Temporal would read as something else or not at all', (value) => {
    expect(durationMs(value)).toBeUndefined();
  });
});

describe('durationText', () => {
  it.each([
    [7_500_000, '2h 5m'],
    [90_000, '1m 30s'],
    [400, '400ms'],
  ])('says %i ms as %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});

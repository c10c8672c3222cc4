import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inSoak } from '../../../support/in-soak.js';
import type { ScheduleTimes } from '../../../../contract/schedule.js';
import {
  irregularTimes,
  nextTime,
  previousTime,
  timeRuleOf,
  timesBetween,
} from '../../../../pipeline/schedule/scheduled-times.js';

const DAY = 86_400_000;
const at = (text: string): number => Date.parse(text);
const utc = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString().replace(':00.000Z', 'Z');
const between = (schedule: ScheduleTimes, from: string, to: string, most = 100) =>
  timesBetween(timeRuleOf(schedule), at(from), at(to), most).map(utc);

describe('scheduled times', () => {
  it('a daily time is that of the zone: in Seoul 03:00 is 18:00 UTC of the day before', () => {
    const seoul = { cron: '0 3 * * *', timezone: 'Asia/Seoul' };
    expect(between(seoul, '2026-11-20T00:00Z', '2026-11-22T18:00Z')).toEqual([
      '2026-11-20T18:00Z',
      '2026-11-21T18:00Z',
    ]);
    const rule = timeRuleOf(seoul);
    const now = at('2026-11-21T18:00Z');
    expect([previousTime(rule, now), nextTime(rule, now)].map(utc)).toEqual([
      '2026-11-20T18:00Z',
      '2026-11-22T18:00Z',
    ]);
  });

  it('a time that no clock shows is left out', () => {
    const berlin = { cron: '30 2 * * *', timezone: 'Europe/Berlin' };
    expect(between(berlin, '2026-03-28T00:00Z', '2026-03-31T00:00Z')).toEqual([
      '2026-03-28T01:30Z',
      '2026-03-30T00:30Z',
    ]);
  });

  it('a time that comes twice is due twice west of UTC, and at its second coming east of it, as the server has it', () => {
    const newYork = { cron: '30 1 * * *', timezone: 'America/New_York' };
    expect(between(newYork, '2026-11-01T00:00Z', '2026-11-03T00:00Z')).toEqual([
      '2026-11-01T05:30Z',
      '2026-11-01T06:30Z',
      '2026-11-02T06:30Z',
    ]);
    const berlin = { cron: '30 2 * * *', timezone: 'Europe/Berlin' };
    expect(between(berlin, '2026-10-24T00:00Z', '2026-10-27T00:00Z')).toEqual([
      '2026-10-24T00:30Z',
      '2026-10-25T01:30Z',
      '2026-10-26T01:30Z',
    ]);
  });

  it.each([
    ['Europe/Berlin', '30 2 * * *', { missing: ['2026-03-29 02:30'], twice: [] }],
    [
      'America/New_York',
      '30 1,2 * * *',
      { missing: ['2026-03-08 02:30'], twice: ['2026-11-01 01:30'] },
    ],
    ['Africa/Cairo', '0 0 * * *', { missing: ['2026-04-24 00:00'], twice: [] }],
    ['Asia/Seoul', '30 2 * * *', { missing: [], twice: [] }],
  ])('names the times of a year that are irregular: %s, %s', (timezone, cron, times) => {
    expect(
      irregularTimes(timeRuleOf({ cron, timezone }), at('2026-01-01'), at('2027-01-01')),
    ).toEqual(times);
  });

  it('an interval counts from 1970 in UTC', () => {
    const every = { every: '6h', timezone: 'Asia/Seoul' };
    expect(between(every, '2026-11-21T05:00Z', '2026-11-21T18:00Z')).toEqual([
      '2026-11-21T06:00Z',
      '2026-11-21T12:00Z',
    ]);
    expect(utc(previousTime(timeRuleOf(every), at('2026-11-21T06:00Z')))).toBe('2026-11-21T00:00Z');
    expect(previousTime(timeRuleOf(every), 0)).toBeUndefined();
  });

  it('finds a day that comes every fourth year, and none that never comes', () => {
    const leap = timeRuleOf({ cron: '0 0 29 2 *' });
    expect(utc(nextTime(leap, at('2026-01-01T00:00Z')))).toBe('2028-02-29T00:00Z');
    expect(utc(previousTime(leap, at('2026-01-01T00:00Z')))).toBe('2024-02-29T00:00Z');
    expect(nextTime(timeRuleOf({ cron: '0 0 31 2 *' }), at('2026-01-01T00:00Z'))).toBeUndefined();
  });

  it('a list of times ends at the most that is asked for', () => {
    const daily = { cron: '@daily' };
    expect(between(daily, '2000-01-01T00:00Z', '2030-01-01T00:00Z', 3)).toHaveLength(3);
    expect(between({ every: '1s' }, '2026-01-01T00:00Z', '2026-01-02T00:00Z', 7)).toHaveLength(7);
  });

  test.prop(
    [
      fc.constantFrom('Asia/Seoul', 'Europe/Berlin', 'America/Havana', 'Africa/Cairo'),
      fc.constantFrom('30 2 * * *', '0 0 * * *', '15,45 */6 * * 1-5', '0 23,0,1 1,2 * *'),
      fc.integer({ min: 0, max: 10 * 365 }),
    ],
    { numRuns: inSoak(8, 500) },
  )('next, previous and all of a range are one and the same list', (timezone, cron, day) => {
    const rule = timeRuleOf({ cron, timezone });
    const from = Date.UTC(2021, 0) + day * DAY;
    const times = timesBetween(rule, from, from + 9 * DAY, 1_000);
    let next = nextTime(rule, from - 1);
    for (const time of times) {
      expect(next).toBe(time);
      next = nextTime(rule, time);
    }
    const [first, ...others] = times;
    for (const [nth, time] of others.entries())
      expect(previousTime(rule, time)).toBe(nth === 0 ? first : others[nth - 1]);
  });
});

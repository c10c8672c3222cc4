import { fc, it as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { nextFiring } from '../../../simulator/schedule.js';
import { toWireDate } from '../../../simulator/wire-date.js';
import type { TriggerRule } from '../../../simulator/workflow-script.js';

const at = (wall: string): number => Date.parse(`${wall}+09:00`);
const shown = (ms: number): string => toWireDate(ms, '+09:00').slice(0, 19);
const monthly = (dateOfMonth: string): TriggerRule => ({
  ...{ type: 'RECURRING', interval: 'MONTH', time: '02:00', dateOfMonth },
});
const daily: TriggerRule = { type: 'RECURRING', interval: 'DAY', time: '02:00' };
const hourly: TriggerRule = { type: 'RECURRING', interval: 'HOUR', time: '30' };
const weekly: TriggerRule = {
  ...{ type: 'RECURRING', interval: 'WEEK', time: '23:59' },
  dayOfWeek: ['MONDAY', 'FRIDAY'],
};
const once: TriggerRule = { type: 'ONE_TIME', executionDate: '2026-11-30T02:00:00' };

describe('nextFiring', () => {
  it.each([
    { rule: hourly, after: '2026-11-21T12:29:59', fires: '2026-11-21T12:30:00' },
    { rule: hourly, after: '2026-11-21T12:30:00', fires: '2026-11-21T13:30:00' },
    { rule: hourly, after: '2026-12-31T23:45:00', fires: '2027-01-01T00:30:00' },
    { rule: daily, after: '2026-11-21T01:00:00', fires: '2026-11-21T02:00:00' },
    { rule: daily, after: '2026-11-21T02:00:00', fires: '2026-11-22T02:00:00' },
    { rule: weekly, after: '2026-11-21T12:00:00', fires: '2026-11-23T23:59:00' },
    { rule: weekly, after: '2026-11-23T23:59:00', fires: '2026-11-27T23:59:00' },
    { rule: monthly('-1'), after: '2027-02-01T00:00:00', fires: '2027-02-28T02:00:00' },
    { rule: monthly('-1'), after: '2028-02-01T00:00:00', fires: '2028-02-29T02:00:00' },
    { rule: monthly('31'), after: '2026-10-31T02:00:00', fires: '2026-12-31T02:00:00' },
    { rule: monthly('30'), after: '2027-01-30T02:00:00', fires: '2027-03-30T02:00:00' },
    { rule: monthly('1'), after: '2026-11-21T12:00:00', fires: '2026-12-01T02:00:00' },
    { rule: once, after: '2026-11-21T12:00:00', fires: '2026-11-30T02:00:00' },
    {
      rule: { ...once, executionDate: '2026-11-30T02:00:00Z' },
      after: '2026-11-21T12:00:00',
      fires: '2026-11-30T11:00:00',
    },
  ] as const)(
    'of $rule after $after is $fires, by the clock of Korea',
    ({ rule, after, fires }) => {
      expect(shown(nextFiring(rule, at(after)))).toBe(fires);
    },
  );

  it('of a moment that has passed, and of no schedule, is never', () => {
    expect(nextFiring(once, at('2026-11-30T02:00:00'))).toBe(Infinity);
    expect(nextFiring({ type: 'NONE' }, 0)).toBe(Infinity);
  });

  property.prop([
    fc.constantFrom(hourly, daily, weekly, ...['-1', '15', '29', '31'].map(monthly)),
    fc.integer({ min: 0, max: 4e12 }),
  ])('lies ahead, and is the same for every moment before it', (rule, after) => {
    const next = nextFiring(rule, after);
    expect(next).toBeGreaterThan(after);
    expect(next).toBeLessThanOrEqual(after + 63 * 86_400_000);
    expect(nextFiring(rule, next - 1)).toBe(next);
  });
});

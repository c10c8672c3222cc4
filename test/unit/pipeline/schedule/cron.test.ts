import { describe, expect, it } from 'vitest';
import { readCron } from '../../../../pipeline/schedule/cron.js';

const read = (text: string) => readCron(text);
const upTo = (min: number, max: number) =>
  Array.from({ length: max - min + 1 }, (_, nth) => min + nth);
const ALL = {
  minutes: upTo(0, 59),
  hours: upTo(0, 23),
  daysOfMonth: upTo(1, 31),
  months: upTo(1, 12),
  daysOfWeek: upTo(0, 6),
};

describe('readCron', () => {
  it.each([
    ['0 3 * * *', { minutes: [0], hours: [3] }],
    [
      '*/20 9-17/4 * * MON-FRI',
      { minutes: [0, 20, 40], hours: [9, 13, 17], daysOfWeek: upTo(1, 5) },
    ],
    [
      '50/5 0 1,15 JAN,jul *',
      { minutes: [50, 55], hours: [0], daysOfMonth: [1, 15], months: [1, 7] },
    ],
    ['5,5,3 23 * * 7', { minutes: [3, 5], hours: [23], daysOfWeek: [0] }],
    ['0 0 * * 5-7', { minutes: [0], hours: [0], daysOfWeek: [0, 5, 6] }],
    ['@hourly', { minutes: [0] }],
    ['@daily', { minutes: [0], hours: [0] }],
    [' @monthly ', { minutes: [0], hours: [0], daysOfMonth: [1] }],
  ])('reads %s', (text, fields) => {
    expect(read(text)).toEqual({ cron: { ...ALL, ...fields } });
  });

  it.each([
    ['', 'must have five fields', 0],
    ['0 3 * *', 'must have five fields', 0],
    ['0 0 3 * * *', 'must have five fields', 0],
    ['@never', 'must have five fields', 0],
    ['60 3 * * *', 'minute: must be * or numbers from 0 to 59', 0],
    ['0 24 * * *', 'hour: must be * or numbers from 0 to 23', 2],
    ['0 3 0 * *', 'day of month: must be', 4],
    ['0 3 * 13 *', 'month: must be', 6],
    ['0 3 *  *  8', 'day of week: must be', 10],
    ['0 5-3 * * *', 'hour: must be', 2],
    ['*/0 3 * * *', 'minute: must be', 0],
    ['-1 3 * * *', 'minute: must be', 0],
    ['0 3 * * MON#2', 'day of week: must be', 8],
    ['0 3 L * *', 'day of month: must be', 4],
    ['0 3 1 * MON', 'must restrict the day of month or the day of week, not both', 4],
  ])('refuses %j, and says where', (text, problem, at) => {
    const found = read(text);
    expect(found).toMatchObject({ at });
    expect('problem' in found && found.problem).toContain(problem);
  });
});

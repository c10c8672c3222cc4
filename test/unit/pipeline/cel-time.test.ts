import { describe, expect, it } from 'vitest';
import { checkExpression } from '../../../pipeline/expressions/check-expression.js';
import { evaluate } from '../../../pipeline/expressions/evaluate.js';
import type { ExpressionValues } from '../../../pipeline/expressions/scope.js';

const VALUES: ExpressionValues = {
  params: {},
  steps: {},
  run: {
    ...{ id: 'dataflow/p/at-2026-11-21T18:00:00Z', key: 'at-2026-11-21T18:00:00Z' },
    ...{ scheduledAt: '2026-11-21T18:00:00Z', date: '2026-11-22' },
  },
};
const UNSCHEDULED: ExpressionValues = { params: {}, steps: {}, run: { id: 'i', key: 'k' } };
const whyNot = (source: string, values = VALUES): string => {
  try {
    return `gave ${JSON.stringify(evaluate(source, values))}`;
  } catch (error) {
    return (error as Error).message;
  }
};
const check = (source: string) =>
  checkExpression(source, { parameters: {}, steps: [], upstream: [], inForEach: false });

describe('times in expressions (S3)', () => {
  it.each<[string, unknown]>([
    ['run.scheduledAt', '2026-11-21T18:00:00Z'],
    ['run.date', '2026-11-22'],
    ['string(run.scheduledAt - duration("24h"))', '2026-11-20T18:00:00Z'],
    ['duration("1h30m") + run.scheduledAt', '2026-11-21T19:30:00Z'],
    ['string(timestamp(run.date + "T00:00:00Z") - duration("24h")).substring(0, 10)', '2026-11-21'],
    ['run.scheduledAt - timestamp("2026-11-21T16:30:00+00:00")', '5400s'],
    ['(run.scheduledAt - timestamp("2026-11-21T16:30:00Z")).getMinutes()', 90],
    ['duration("-1.5s") + duration("500ms") - duration("1m")', '-61s'],
    ['run.scheduledAt == timestamp("2026-11-22T03:00:00+09:00")', true],
    ['run.scheduledAt in [timestamp(1795284000)]', true],
    ['run.scheduledAt < timestamp("2026-11-21T18:00:00.001Z")', true],
    ['timestamp("2026-11-21T18:00:00.001Z")', '2026-11-21T18:00:00.001Z'],
    ['duration("2h") >= duration("120m")', true],
    ['int(run.scheduledAt)', 1_795_284_000],
    ['[run.scheduledAt.getFullYear(), run.scheduledAt.getMonth()]', [2026, 10]],
    ['[run.scheduledAt.getDate(), run.scheduledAt.getDayOfMonth()]', [21, 20]],
    ['[run.scheduledAt.getDayOfWeek(), run.scheduledAt.getDayOfYear()]', [6, 324]],
    ['[run.scheduledAt.getHours("+09:00"), run.scheduledAt.getDate("+09:00")]', [3, 22]],
    ['has(run.previousScheduledAt) ? "later" : "first"', 'first'],
  ])('%s is %j', (source, value) => {
    expect(check(source).problems).toEqual([]);
    expect(evaluate(source, VALUES)).toEqual(value);
  });

  it.each([
    ['run.scheduledAt.getHours("Asia/" + "Seoul")', 'not the name of a zone'],
    ['timestamp("2026-11-21")', 'is no point of time'],
    ['timestamp("2026-02-30T00:00:00Z")', 'is no point of time'],
    ['timestamp("Nov 21 2026 18:00:00 GMT")', 'is no point of time'],
    ['timestamp(999999999999999)', 'is outside the years 1 to 9999'],
    ['duration("1d")', 'is no duration such as 24h'],
    ['run.previousScheduledAt', 'there is no scheduled time before this one'],
  ])('%s has no value', (source, why) => {
    expect(whyNot(source)).toContain(why);
  });

  it('a run without a scheduled time says so, unless the expression asks first', () => {
    expect(whyNot('run.date + "x"', UNSCHEDULED)).toBe(
      'has no value: this run has no scheduled time (run.date); start it with one: --scheduled-at',
    );
    expect(evaluate('has(run.date) ? run.date : "by hand"', UNSCHEDULED)).toBe('by hand');
  });

  it.each([
    ['run.scheduledAt + 1', 'types do not fit: Timestamp + int'],
    ['run.scheduledAt == run.date', 'types do not fit: Timestamp == string'],
    [
      'run.scheduledAt.getHours("Asia/Seoul")',
      'getHours(): must be an offset such as +09:00, not the name of a zone, whose rules differ between machines',
    ],
    ['run.scheduled', 'run has no member scheduled; did you mean scheduledAt?'],
  ])('%s is refused before anything runs', (source, problem) => {
    expect(check(source).problems.map(({ message }) => message)).toEqual([problem]);
  });
});

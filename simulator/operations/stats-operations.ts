import { bucketsOf, executionsWithin, type TimeRange } from '../execution-stats.js';
import { ok, problem, type Outcome } from '../outcome.js';
import { readWireDate, toWireDate } from '../wire-date.js';
import { noSuchUrl, type Operation } from './operation.js';

const DAY_MS = 86_400_000;
const TWO_HOURS_MS = 7_200_000;

/** The limit of the service is unknown. This one keeps answers small. */
const MAX_RANGE_MS = 366 * DAY_MS;

export const getExecutionInterval: Operation = (state, { query, now }) =>
  withRange(query, (range) => {
    const date = (ms: number): string => toWireDate(ms, state.switches.dateStyle);
    const buckets = bucketsOf(range, DAY_MS, executionsWithin(state, range, now));
    const result = buckets.map(({ fromAt, toAt, count }) => ({
      totalCount: count,
      startDate: date(fromAt),
      endDate: date(toAt),
    }));
    return ok({ result });
  });

/** Whether the total includes canceled and unfinished executions is unknown. Here it does. */
export const getExecutionResult: Operation = (state, { query, now }) =>
  withRange(query, (range) => {
    const executions = executionsWithin(state, range, now);
    const countOf = (wanted: string): number =>
      executions.filter(({ status }) => status === wanted).length;
    return ok({
      totalCount: executions.length,
      completedCount: countOf('COMPLETED'),
      failedCount: countOf('FAILED'),
    });
  });

/** Parts of two hours, from the start of the range. */
export const getExecutionTimes: Operation = (state, { params, query, now }) => {
  const { timesPath } = state.switches;
  if (timesPath !== 'both' && params.get('timesPath') !== timesPath) return noSuchUrl();
  return withRange(query, (range) => {
    const buckets = bucketsOf(range, TWO_HOURS_MS, executionsWithin(state, range, now));
    const result = buckets.map(({ toAt, count }) => ({ time: toAt - TWO_HOURS_MS, value: count }));
    return ok({ result });
  });
};

function withRange(query: URLSearchParams, act: (range: TimeRange) => Outcome): Outcome {
  const fromAt = readWireDate(query.get('startDate') ?? '', 'refused');
  const toAt = readWireDate(query.get('endDate') ?? '', 'refused');
  if (fromAt === undefined || toAt === undefined) {
    return problem(
      'bad-parameter',
      'startDate and endDate must be dates such as 2026-11-01T00:00:00',
    );
  }
  if (toAt < fromAt) return problem('bad-parameter', 'endDate must not be before startDate');
  return toAt - fromAt > MAX_RANGE_MS
    ? problem('bad-parameter', 'startDate and endDate must be at most 366 days apart')
    : act({ fromAt, toAt });
}

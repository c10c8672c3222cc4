import { z } from 'zod';
import type {
  ExecutionInterval,
  ExecutionPoint,
  ExecutionTotals,
  Result,
} from '../../contract/statistics.js';
import { date, present, readAs, wholeNumber } from './decode.js';

const interval: z.ZodType<ExecutionInterval> = z
  .object({ totalCount: wholeNumber, startDate: date, endDate: date })
  .transform(present);

const totals = z.object({
  totalCount: wholeNumber,
  completedCount: wholeNumber,
  failedCount: wholeNumber,
});

const point = z.object({ time: wholeNumber, value: wholeNumber });

const intervals = z.object({ result: z.array(interval) });
const points = z.object({ result: z.array(point) });

export const decodeIntervals = (body: unknown): Result<ExecutionInterval> =>
  readAs(intervals, body);

export const decodeTotals = (body: unknown): ExecutionTotals => readAs(totals, body);

export const decodePoints = (body: unknown): Result<ExecutionPoint> => readAs(points, body);

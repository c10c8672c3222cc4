import { statusAt } from './execution.js';
import { everyJob, shownExecutions, type ServiceState } from './service-state.js';

/** Ms since 1970, whole seconds, both ends included. */
export interface TimeRange {
  readonly fromAt: number;
  readonly toAt: number;
}

/** A part of a range, with the number of executions that were created in it. */
export interface Bucket extends TimeRange {
  readonly count: number;
}

interface CountedExecution {
  /** Whole seconds, as dates are shown. */
  readonly createdAt: number;
  readonly status: string;
}

/** Executions that were created within the range and are shown now. Which date counts is not documented. */
export function executionsWithin(
  state: ServiceState,
  { fromAt, toAt }: TimeRange,
  now: number,
): readonly CountedExecution[] {
  return everyJob(state)
    .flatMap((job) => shownExecutions(job, now))
    .map((execution) => ({
      createdAt: Math.floor(execution.createdAt / 1_000) * 1_000,
      status: statusAt(execution, now),
    }))
    .filter(({ createdAt }) => createdAt >= fromAt && createdAt <= toAt);
}

/**
 * Divides the range into parts of `lengthMs`. Each but the first begins a second after the one before it ends (NOTES
 * §3). The last may end after the range.
 */
export function bucketsOf(
  { fromAt, toAt }: TimeRange,
  lengthMs: number,
  executions: readonly CountedExecution[],
): readonly Bucket[] {
  const buckets: { fromAt: number; toAt: number; count: number }[] = [];
  for (let edge = fromAt; edge < toAt || buckets.length === 0; edge += lengthMs) {
    const from = buckets.length === 0 ? edge : edge + 1_000;
    buckets.push({ fromAt: from, toAt: edge + lengthMs, count: 0 });
  }
  for (const { createdAt } of executions) {
    const index = Math.max(Math.ceil((createdAt - fromAt) / lengthMs) - 1, 0);
    const bucket = buckets[index];
    if (bucket !== undefined) bucket.count += 1;
  }
  return buckets;
}

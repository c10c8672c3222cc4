import type { Baseline } from '../contract/activities.js';
import type { JobExecution } from '../contract/job.js';
import { newestOf } from '../polling/list-order.js';
import { isKnown } from './match.js';

/**
 * How much older than the youngest execution one may be to have its id kept: far longer than lists and the clocks of
 * one service that write createdDate may lag behind each other (decision 0002).
 */
export const KNOWN_FOR_MS = 600_000;

/**
 * How far back a baseline keeps ids, given the youngest createdDate that is listed. `serviceMs`, by the `Date` of answers,
 * may only take it further back: a row that is dated in the future must not hide what is younger than it.
 */
export const knownSince =
  (serviceMs: number) =>
  (newestMs: number): number =>
    Math.min(newestMs, serviceMs) - KNOWN_FOR_MS;

/** What a listing that was read back to `knownSince(serviceMs)` shows before a POST. */
export function baselineOf(
  rows: readonly JobExecution[],
  serviceMs: number,
): Pick<Baseline, 'knownIds' | 'knownSinceMs'> {
  const newestMs = newestOf(rows);
  const knownSinceMs = newestMs === undefined ? undefined : knownSince(serviceMs)(newestMs);
  const young = { knownIds: [], ...(knownSinceMs !== undefined && { knownSinceMs }) };
  return {
    ...young,
    knownIds: rows.filter((row) => !isKnown(row, young)).map((row) => row.jobExecutionId),
  };
}

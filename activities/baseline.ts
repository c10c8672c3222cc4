import type { Baseline } from '../contract/baseline.js';
import type { JobExecution } from '../contract/job.js';
import { newestOf } from '../polling/list-order.js';
import { isKnown } from './match.js';

/**
 * An id is kept if its execution is at most this much older than the youngest one. Lists and the clocks that write
 * createdDate lag far less behind each other (decision 0002).
 */
export const KNOWN_FOR_MS = 600_000;

/**
 * * How far back a baseline keeps ids (epoch ms), given the youngest createdDate that is listed. * @param serviceMs
 * time by the `Date` of answers. It can only move the result back: a row that is dated in the future must * not
 * exclude the younger ones.
 */
export const knownSince =
  (serviceMs: number) =>
  (newestMs: number): number =>
    Math.min(newestMs, serviceMs) - KNOWN_FOR_MS;

/** @param rows of a listing that was read back to `knownSince(serviceMs)` */
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

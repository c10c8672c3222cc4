import type { MatchCriteria } from '../contract/activities.js';
import type { Baseline } from '../contract/baseline.js';
import { creationMs, dateMs, type JobCondition, type JobExecution } from '../contract/job.js';
import { isRunKey, shownRunKey } from '../contract/run-key.js';
import { DATE_STEP_MARGIN_MS } from '../contract/timings.js';
import { isSame, type RoundTripFields, startOf } from './round-trip-fields.js';

/**
 * Whether an execution existed before the baseline: it was listed then, or was created long before the executions
 * that were listed. createdDate is compared with createdDate only, because the `Date` of answers comes from another
 * clock.
 */
export function isKnown(
  { jobExecutionId, createdDate }: Pick<JobExecution, 'jobExecutionId' | 'createdDate'>,
  { knownIds, knownSinceMs = -Infinity }: Pick<Baseline, 'knownIds' | 'knownSinceMs'>,
): boolean {
  return knownIds.includes(jobExecutionId) || dateMs(createdDate) < knownSinceMs;
}

/** Whether an execution did not exist before the baseline, and belongs to no other submission. */
export const isCandidate = (
  execution: Pick<JobExecution, 'jobExecutionId' | 'createdDate'>,
  { since, claimedIds }: MatchCriteria,
): boolean => !isKnown(execution, since) && !claimedIds.includes(execution.jobExecutionId);

/** Whether matches of these criteria belong to no other start. */
export const canMatchExactly = (criteria: MatchCriteria): boolean =>
  criteria.exclusive || criteria.runKey !== undefined;

/**
 * `no` is a proof: the service showed a value that cannot be ours, in a field that it was observed to show unchanged.
 * A mere difference is `maybe`.
 */
export type Match = 'yes' | 'maybe' | 'no';

type Seen = Pick<RoundTripFields, 'changed' | 'starts' | 'createdBehindMs' | 'showsKeys'>;

/** @param execution a candidate, as read by id. With a run key in the criteria its run settings are not compared */
export function matchOf(execution: JobExecution, criteria: MatchCriteria, seen: Seen): Match {
  const start = likenessOfStart(execution, seen);
  if (criteria.runKey !== undefined) {
    const byKey = likenessByKey(execution, criteria.runKey, seen);
    return byKey === 'maybe' && start === 'no' ? 'no' : byKey;
  }
  if (start === 'yes' && criteria.since.incomplete === true) return 'maybe';
  if (start !== 'yes' || criteria.exclusive) return start;
  const shown = execution.jobCondition;
  const isAlike =
    shown === undefined || criteria.sent.some((condition) => areAlike(condition, shown, seen));
  return isAlike && !seemsOlder(execution, criteria, seen) ? 'yes' : 'maybe';
}

/** Whether a row shows our run key. Then nothing else is compared. */
export const showsOurKey = (row: JobExecution, { runKey }: MatchCriteria): boolean =>
  runKey !== undefined && shownRunKey(row, runKey.parameter) === runKey.key;

function likenessByKey(
  execution: JobExecution,
  { parameter, key }: NonNullable<MatchCriteria['runKey']>,
  seen: Seen,
): Match {
  const value = shownRunKey(execution, parameter);
  if (value === key) return 'yes';
  return isRunKey(value) || seen.showsKeys(execution.jobId, parameter) ? 'no' : 'maybe';
}

/**
 * Whether an execution was started directly, as ours are. Compared with how the service shows our executions, if one
 * was seen.
 */
function likenessOfStart(execution: JobExecution, { starts }: Seen): Match {
  if (starts.size > 0) return starts.has(startOf(execution)) ? 'yes' : 'no';
  const { triggerId = '', type } = execution;
  return triggerId === '' && type !== 'WORKFLOW' ? 'yes' : 'maybe';
}

function areAlike(sent: JobCondition, shown: JobCondition, { changed }: Seen): boolean {
  return Object.entries(sent).every(
    ([member, value]) => changed.has(member) || isSame(value, shown[member as keyof JobCondition]),
  );
}

/** Compares two clocks, so it proves nothing: a row that seems older than the baseline is `maybe`. */
function seemsOlder({ createdDate }: JobExecution, { since }: MatchCriteria, seen: Seen): boolean {
  const leastMs = (since.baselineMs ?? NaN) - datesBehindMs(seen) - DATE_STEP_MARGIN_MS;
  return dateMs(createdDate) < leastMs;
}

/** How far createdDate may be behind the `Date` of answers (ms): as observed, else ten minutes. */
export const datesBehindMs = (seen: Pick<RoundTripFields, 'createdBehindMs'>): number =>
  seen.createdBehindMs() ?? UNMEASURED_BEHIND_MS;

const UNMEASURED_BEHIND_MS = 600_000;

/** Oldest first; executions without createdDate last. */
export const byCreation = (a: JobExecution, b: JobExecution): number =>
  (creationMs(a) ?? Infinity) - (creationMs(b) ?? Infinity) || 0;

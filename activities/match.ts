import { isDeepStrictEqual } from 'node:util';
import type { SubmissionMark } from '../contract/activities.js';
import type { JobCondition, JobExecution } from '../contract/job.js';
import { DATE_STEP_MARGIN_MS } from '../contract/timings.js';

/**
 * Whether an execution is newer than a baseline, as far as its creation tells. Dates have steps of one second, so
 * what was created up to two seconds before counts as newer; what was listed then is excluded by its id.
 */
export function isSince(execution: JobExecution, baselineMs: number): boolean {
  const createdMs = Date.parse(execution.createdDate ?? '');
  return Number.isNaN(createdMs) || createdMs >= baselineMs - DATE_STEP_MARGIN_MS;
}

/** Whether an execution could be the submission's before its jobCondition is looked at (design §6, rule 5). */
export function isCandidate(
  execution: JobExecution,
  { since, claimedIds }: SubmissionMark,
): boolean {
  const id = execution.jobExecutionId;
  return (
    !since.knownIds.includes(id) &&
    !claimedIds.includes(id) &&
    (execution.triggerId ?? '') === '' &&
    execution.type !== 'WORKFLOW' &&
    isSince(execution, since.baselineMs)
  );
}

/** Whether its matches cannot be somebody else's. */
export const isSureMark = (mark: SubmissionMark): boolean =>
  mark.soleWriter || mark.runKey !== undefined;

/** Whether a candidate, seen with its jobCondition, is a match. `unfaithful`: members not to compare. */
export function isMatch(
  execution: JobExecution,
  { runKey, sent }: SubmissionMark,
  unfaithful: ReadonlySet<string>,
): boolean {
  const shown = execution.jobCondition;
  if (runKey !== undefined) {
    const { parameter, key } = runKey;
    return (
      shown?.parameters?.[parameter] === key || execution.parsedParameters?.[parameter] === key
    );
  }
  if (shown === undefined) return true; // nothing contradicts it
  return sent.some((condition) => isEcho(condition, shown, unfaithful));
}

function isEcho(sent: JobCondition, shown: JobCondition, unfaithful: ReadonlySet<string>): boolean {
  return Object.entries(sent).every(
    ([member, value]) =>
      unfaithful.has(member) || isDeepStrictEqual(value, shown[member as keyof JobCondition]),
  );
}

/** Oldest first; what shows no creation last. */
export const byCreation = (a: JobExecution, b: JobExecution): number =>
  (Date.parse(a.createdDate ?? '') || Infinity) - (Date.parse(b.createdDate ?? '') || Infinity) ||
  0;

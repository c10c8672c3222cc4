import { isDeepStrictEqual } from 'node:util';
import type { EchoMemory } from './echo.js';
import type { Baseline, SubmissionMark } from '../contract/activities.js';
import type { JobCondition, JobExecution } from '../contract/job.js';

/**
 * Whether an execution existed before a baseline: listed then, or created long before what was listed then. Only
 * createdDate is compared with createdDate: the `Date` of answers comes from another clock.
 */
export function isKnown(
  { jobExecutionId, createdDate }: Pick<JobExecution, 'jobExecutionId' | 'createdDate'>,
  { knownIds, knownSinceMs = -Infinity }: Pick<Baseline, 'knownIds' | 'knownSinceMs'>,
): boolean {
  return knownIds.includes(jobExecutionId) || Date.parse(createdDate ?? '') < knownSinceMs;
}

/** Whether an execution could be the submission's before its jobCondition is looked at (design §6, rule 5). */
export function isCandidate(
  execution: JobExecution,
  { since, claimedIds }: SubmissionMark,
): boolean {
  return (
    !isKnown(execution, since) &&
    !claimedIds.includes(execution.jobExecutionId) &&
    (execution.triggerId ?? '') === '' &&
    execution.type !== 'WORKFLOW'
  );
}

/** Whether its matches cannot be somebody else's. */
export const isSureMark = (mark: SubmissionMark): boolean =>
  mark.soleWriter || mark.runKey !== undefined;

/** How far a candidate is recognised. `maybe`: what differs may be the service's way of showing it. */
export type Likeness = 'yes' | 'maybe' | 'no';

type Echo = Pick<EchoMemory, 'faithful' | 'changed'>;

/** Whether a candidate, seen with its jobCondition, is a match. */
export function likeness(
  execution: JobExecution,
  { runKey, sent }: SubmissionMark,
  echo: Echo,
): Likeness {
  const shown = execution.jobCondition;
  if (runKey !== undefined) {
    const { parameter, key } = runKey;
    const value = shown?.parameters?.[parameter] ?? execution.parsedParameters?.[parameter];
    if (value !== undefined) return value === key ? 'yes' : 'no';
    return echo.faithful.has('parameters') ? 'no' : 'maybe';
  }
  if (shown === undefined) return 'yes'; // nothing contradicts it
  const found = sent.map((condition) => compare(condition, shown, echo));
  if (found.includes('yes')) return 'yes';
  return found.includes('maybe') ? 'maybe' : 'no';
}

function compare(sent: JobCondition, shown: JobCondition, { faithful, changed }: Echo): Likeness {
  const different = Object.entries(sent)
    .filter(([member]) => !changed.has(member))
    .filter(([member, value]) => !isDeepStrictEqual(value, shown[member as keyof JobCondition]))
    .map(([member]) => member);
  if (different.length === 0) return 'yes';
  return different.some((member) => faithful.has(member)) ? 'no' : 'maybe';
}

/** Oldest first; what shows no creation last. */
export const byCreation = (a: JobExecution, b: JobExecution): number =>
  (Date.parse(a.createdDate ?? '') || Infinity) - (Date.parse(b.createdDate ?? '') || Infinity) ||
  0;

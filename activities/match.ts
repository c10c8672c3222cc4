import { isDeepStrictEqual } from 'node:util';
import type { EchoMemory } from './echo.js';
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

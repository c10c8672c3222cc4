import { DataFlowCallError } from '../client/errors.js';
import type { Matches, SubmissionMark } from '../contract/activities.js';
import type { JobExecution } from '../contract/job.js';
import { byCreation, isCandidate, type Likeness, likeness } from './match.js';
import type { Profile } from './profile.js';

/** What a listing shows of a submission. Rows that do not show what they are recognised by are asked for by id. */
export async function matchesAmong(
  profile: Profile,
  rows: readonly JobExecution[],
  mark: SubmissionMark,
  signal: AbortSignal,
): Promise<Matches> {
  const found: Record<Exclude<Likeness, 'no'>, JobExecution[]> = { yes: [], maybe: [] };
  for (const row of rows.filter((one) => isCandidate(one, mark))) {
    const whole = isEnough(row, mark) ? row : await inDetail(profile, row, signal);
    if (whole === undefined) {
      found.maybe.push(row); // listed, and not found by id: it is on its way
    } else if (isCandidate(whole, mark)) {
      const how = likeness(whole, mark, profile.echo);
      if (how !== 'no') found[how].push(whole);
    }
  }
  return { matches: found.yes.sort(byCreation), possible: found.maybe.sort(byCreation) };
}

const isEnough = ({ jobCondition }: JobExecution, { runKey }: SubmissionMark): boolean =>
  jobCondition !== undefined && (runKey === undefined || jobCondition.parameters !== undefined);

export async function inDetail(
  profile: Profile,
  { jobId, jobExecutionId }: JobExecution,
  signal: AbortSignal,
): Promise<JobExecution | undefined> {
  const input = { jobId, executionId: jobExecutionId };
  try {
    return (await profile.client.call('getJobExecutionById', input, { signal })).output;
  } catch (error) {
    const isNotFound = error instanceof DataFlowCallError && error.failure === 'DataFlowNotFound';
    if (!isNotFound) throw error;
    return undefined;
  }
}

/** How far back (by createdDate) a list must be read to show everything that a mark could match. */
export const readBackTo = ({ since }: SubmissionMark): number => since.knownSinceMs ?? -Infinity;

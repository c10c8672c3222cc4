import type { SubmissionMark } from '../contract/activities.js';
import type { JobExecution } from '../contract/job.js';
import { DATE_STEP_MARGIN_MS } from '../contract/timings.js';
import { byCreation, isCandidate, isMatch } from './match.js';
import type { Profile } from './profile.js';

/** The matches among rows. Rows that show no jobCondition are asked for it by id. */
export async function matchesAmong(
  profile: Profile,
  rows: readonly JobExecution[],
  mark: SubmissionMark,
  signal: AbortSignal,
): Promise<readonly JobExecution[]> {
  const matches: JobExecution[] = [];
  for (const row of rows.filter((one) => isCandidate(one, mark))) {
    const whole = row.jobCondition === undefined ? await inDetail(profile, row, signal) : row;
    if (isCandidate(whole, mark) && isMatch(whole, mark, profile.echo.changed)) matches.push(whole);
  }
  return matches.sort(byCreation);
}

async function inDetail(
  profile: Profile,
  { jobId, jobExecutionId }: JobExecution,
  signal: AbortSignal,
): Promise<JobExecution> {
  const input = { jobId, executionId: jobExecutionId };
  return (await profile.client.call('getJobExecutionById', input, { signal })).output;
}

/** How far back a list must be read to show everything that a mark could match. */
export const readBackTo = ({ since }: SubmissionMark): number =>
  since.baselineMs - DATE_STEP_MARGIN_MS;

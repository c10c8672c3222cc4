import type { Matches, MatchCriteria } from '../contract/activities.js';
import { isId } from '../contract/ids.js';
import type { JobExecution } from '../contract/job.js';
import { byCreation, isCandidate, type Match, matchOf, showsOurKey } from './match.js';
import { notFound } from './failure.js';
import type { Profile } from './profile.js';

/** Matches of a submission in all listings that one activity has read. */
export interface MatchFinder {
  /** Evaluates a listing. Results of earlier listings stay: a replica may lag, and executions may be purged. */
  add(rows: readonly JobExecution[], signal: AbortSignal): Promise<void>;
  found(): Matches;
}

interface Judged {
  readonly execution: JobExecution;
  readonly status: string;
  readonly how: Match;
}

/** Candidates are read by id before they are evaluated, because lists may show less. */
export function createMatchFinder(profile: Profile, criteria: MatchCriteria): MatchFinder {
  const judged = new Map<string, Judged>();
  const judge = async (row: JobExecution, signal: AbortSignal): Promise<void> => {
    const { jobExecutionId: id, status } = row;
    const before = judged.get(id);
    if (before !== undefined && (before.how !== 'maybe' || before.status === status)) return;
    if (!isId(id)) {
      judged.set(id, { execution: row, status, how: 'maybe' }); // cannot be read by id: it is named and never adopted
      return;
    }
    const whole = showsOurKey(row, criteria) ? row : await inDetail(profile, row, signal);
    if (whole === undefined) {
      judged.set(id, { execution: row, status: '', how: 'maybe' }); // listed, but not found by id yet
      return;
    }
    profile.roundTripFields.saw(whole);
    const how = isCandidate(whole, criteria)
      ? matchOf(whole, criteria, profile.roundTripFields)
      : 'no';
    judged.set(id, { execution: whole, status, how });
  };
  const having = (how: Match): JobExecution[] =>
    [...judged.values()]
      .filter((one) => one.how === how)
      .map(({ execution }) => execution)
      .sort(byCreation);
  return {
    async add(rows, signal) {
      for (const row of rows) profile.roundTripFields.saw(row);
      for (const row of rows.filter((one) => isCandidate(one, criteria))) await judge(row, signal);
    },
    found: () => ({ matches: having('yes'), possible: having('maybe') }),
  };
}

/** Matches of a submission in one listing. */
export async function matchesAmong(
  profile: Profile,
  rows: readonly JobExecution[],
  criteria: MatchCriteria,
  signal: AbortSignal,
): Promise<Matches> {
  const finder = createMatchFinder(profile, criteria);
  await finder.add(rows, signal);
  return finder.found();
}

export async function inDetail(
  profile: Profile,
  { jobId, jobExecutionId }: Pick<JobExecution, 'jobId' | 'jobExecutionId'>,
  signal: AbortSignal,
): Promise<JobExecution | undefined> {
  const input = { jobId, executionId: jobExecutionId };
  try {
    return (await profile.client.call('getJobExecutionById', input, { signal })).output;
  } catch (error) {
    if (!notFound(error)) throw error;
    return undefined;
  }
}

/** How far back (createdDate, epoch ms) a list must be read to hold all executions that the criteria can match. */
export const readBackTo = ({ since }: MatchCriteria): number => since.knownSinceMs ?? -Infinity;

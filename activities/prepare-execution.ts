import { activityInfo } from '@temporalio/activity';
import type { ActiveExecution, Matches, Permit, PrepareInput } from '../contract/activities.js';
import { type Job, type JobExecution, isTerminal } from '../contract/job.js';
import { act, BEAT_MS } from './act.js';
import { durationsSeen } from './durations-seen.js';
import { matchesAmong, readBackTo } from './find-matches.js';
import { isSince } from './match.js';
import type { FindProfile, Profile } from './profile.js';

/** How old an execution may be to count as known: far longer than lists and clocks may lag behind each other. */
export const KNOWN_FOR_MS = 600_000;
const NOTHING: Matches = { matches: [], possible: [] };

/** Reads the job and its latest executions: the permit for one POST (design §6, rule 1). */
export const prepareExecution =
  (profiles: FindProfile) =>
  (input: PrepareInput): Promise<Permit> =>
    act({ jobId: input.jobId }, BEAT_MS, async ({ signal }) => {
      const profile = profiles(input.profile);
      await profile.oldDates.learn(); // here, so that it takes no time of a permit
      const { serviceClock } = profile.client;
      const jobRead = profile.client.call('getJobById', { jobId: input.jobId }, { signal });
      jobRead.catch(() => undefined); // awaited below; until then it must not count as unhandled
      if (!serviceClock.isMeasured()) await jobRead; // how far back to read is told by the service's clock
      const nowMs = serviceClock.earliestMs();
      const known = nowMs - KNOWN_FOR_MS;
      const reading = await profile.newest.read(input.jobId, {
        untilOlderThanMs:
          input.mark === undefined ? known : Math.min(known, readBackTo(input.mark)),
        signal,
      });
      const { output: job } = await jobRead;
      const baselineMs = Math.floor(reading.dateMs ?? nowMs);
      const found =
        input.mark === undefined
          ? NOTHING
          : await matchesAmong(profile, reading.rows, input.mark, signal);
      return permit(profile, job, reading.rows, baselineMs, found);
    });

function permit(
  profile: Profile,
  job: Job,
  rows: readonly JobExecution[],
  baselineMs: number,
  found: Matches,
): Permit {
  const { name, type, status, maxConcurrentRuns, jobCondition } = job;
  return {
    baselineMs,
    knownIds: rows
      .filter((row) => isSince(row, baselineMs - KNOWN_FOR_MS))
      .map((row) => row.jobExecutionId),
    runId: activityInfo().workflowExecution?.runId ?? '',
    job: {
      name,
      type,
      status,
      ...(maxConcurrentRuns !== undefined && { maxConcurrentRuns }),
      ...(jobCondition !== undefined && { jobCondition }),
    },
    active: newestFirst(rows)
      .filter((row) => !isTerminal(row.status))
      .map(toActive),
    seen: durationsSeen(newestFirst(rows)),
    found,
    timings: profile.timings,
  };
}

const toActive = ({ jobExecutionId, status, createdDate }: JobExecution): ActiveExecution => ({
  executionId: jobExecutionId,
  status,
  ...(createdDate !== undefined && { createdDate }),
});

const newestFirst = (rows: readonly JobExecution[]): JobExecution[] =>
  [...rows].sort((a, b) => createdMs(b) - createdMs(a));

const createdMs = ({ createdDate }: JobExecution): number => Date.parse(createdDate ?? '') || 0;

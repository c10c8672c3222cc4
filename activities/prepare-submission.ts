import { activityInfo } from '@temporalio/activity';
import type {
  ActiveExecution,
  Baseline,
  Matches,
  Permit,
  PrepareInput,
} from '../contract/activities.js';
import type { NewestExecutions } from '../polling/newest-executions.js';
import { isTerminal, type Job, type JobExecution } from '../contract/job.js';
import type { Reporting } from '../contract/wait-report.js';
import { runActivity, BEAT_MS } from './activity-context.js';
import { baselineOf, knownSince } from './baseline.js';
import { durationHistory } from '../contract/duration-history.js';
import { matchesAmong, readBackTo } from './find-matches.js';

import type { FindProfile, Profile } from './profile.js';
import { reporting } from './wait-report.js';

const NOTHING: Matches = { matches: [], possible: [] };

/** Reads the job and its latest executions: the permit for one POST (docs/submit-protocol.md, rule 1). */
export const prepareSubmission = (profiles: FindProfile) =>
  reporting((input: PrepareInput & Reporting): Promise<Permit> =>
    runActivity({ jobId: input.jobId }, BEAT_MS, async ({ signal }) => {
      const profile = profiles(input.profile);
      await profile.backdatingSupport.learn(); // here, so that it takes no time of a permit
      const { serviceClock } = profile.client;
      const jobRead = profile.client.call('getJobById', { jobId: input.jobId }, { signal });
      jobRead.catch(() => undefined); // awaited below; until then it must not count as unhandled
      if (!serviceClock.isMeasured()) await jobRead; // how far back to read is told by the service's clock
      const nowMs = serviceClock.earliestMs();
      const known = knownSince(nowMs);
      const markedMs = input.criteria === undefined ? Infinity : readBackTo(input.criteria);
      const reading = await profile.newest.read(input.jobId, {
        untilOlderThanMs: (newestMs) => Math.min(known(newestMs), markedMs),
        prove: true,
        furtherPriority: 'high', // the permit's time counts from the first answer
        signal,
      });
      const { output: job } = await jobRead;
      const serviceMs = reading.dateMs ?? (serviceClock.isMeasured() ? nowMs : undefined);
      const found =
        input.criteria === undefined
          ? NOTHING
          : await matchesAmong(profile, reading.rows, input.criteria, signal);
      const baseline = {
        ...(serviceMs !== undefined && { baselineMs: Math.floor(serviceMs) }),
        ...baselineOf(reading.rows, nowMs),
        ...(!reading.complete && { incomplete: true as const }),
      };
      return permit(profile, job, reading.rows, baseline, found);
    }),
  );

function permit(
  profile: Profile,
  job: Job,
  rows: NewestExecutions['rows'],
  baseline: Baseline,
  found: Matches,
): Permit {
  const { name, type, status, maxConcurrentRuns, jobCondition } = job;
  return {
    ...baseline,
    runId: activityInfo().workflowExecution?.runId ?? '',
    job: {
      name,
      type,
      status,
      ...(maxConcurrentRuns !== undefined && { maxConcurrentRuns }),
      ...(jobCondition !== undefined && { jobCondition }),
    },
    active: rows.filter((row) => !isTerminal(row.status)).map(toActive),
    seen: durationHistory(rows),
    found,
    timings: profile.timings,
  };
}

const toActive = ({ jobExecutionId, status, createdDate }: JobExecution): ActiveExecution => ({
  executionId: jobExecutionId,
  status,
  ...(createdDate !== undefined && { createdDate }),
});

import { activityInfo } from '@temporalio/activity';
import { isEntryOf } from '../contract/group.js';
import type {
  ActiveExecution,
  MatchCriteria,
  Matches,
  Permit,
  PrepareInput,
} from '../contract/activities.js';
import type { Baseline } from '../contract/baseline.js';
import type { NewestExecutions } from '../polling/newest-executions.js';
import { isTerminal, type Job, type JobExecution } from '../contract/job.js';
import type { Reporting } from '../contract/wait-report.js';
import { runActivity, BEAT_MS } from './activity-context.js';
import { baselineOf, knownSince } from './baseline.js';
import { durationHistory } from '../contract/duration-history.js';
import { matchesAmong, readBackTo } from './find-matches.js';
import { createLocalPatience } from './local-patience.js';
import type { FindProfile, Profile } from './profile.js';
import { type Reader, SharedReads } from './shared-reads.js';
import { reporting } from './wait-report.js';

const NOTHING: Matches = { matches: [], possible: [] };

/**
 * Reads the job and its newest executions: the permit for one POST (docs/submit-protocol.md, rule 1). Activities that
 * prepare one job at the same time share the reads, except those that look for an execution of their own
 * (`criteria`).
 */
export const prepareSubmission = (profiles: FindProfile) => {
  const reads = new SharedReads<Read>();
  const patience = createLocalPatience();
  return reporting((input: PrepareInput & Reporting): Promise<Permit> =>
    runActivity({ jobId: input.jobId }, BEAT_MS, async ({ signal }) => {
      const { jobId, criteria } = input;
      const profile = profiles(input.profile);
      await profile.backdatingSupport.learn(); // before B0, so that it takes no time of the permit
      const read = await patience.within(signal, (reader) =>
        criteria === undefined
          ? reads.join(`${profile.name}/${jobId}`, reader, (shared) =>
              readJob(profile, jobId, undefined, shared),
            )
          : readJob(profile, jobId, criteria, reader),
      );
      const { rows } = read;
      const found =
        criteria === undefined ? NOTHING : await matchesAmong(profile, rows, criteria, signal);
      const { runId } = activityInfo().workflowExecution ?? { runId: '' };
      const isStale = input.entry !== undefined && !isEntryOf(input.entry, runId);
      return {
        ...permit(profile, read, found),
        ...(isStale && { isEntryOfAnotherRun: true as const }),
      };
    }),
  );
};

interface Read {
  readonly job: Job;
  readonly rows: NewestExecutions['rows'];
  readonly baseline: Baseline;
}

async function readJob(
  { client, newest }: Profile,
  jobId: string,
  criteria: MatchCriteria | undefined,
  { signal, begun }: Reader,
): Promise<Read> {
  const { serviceClock } = client;
  const jobRead = client.call('getJobById', { jobId }, { signal });
  jobRead.catch(() => undefined); // it is awaited below; until then a rejection must not count as unhandled
  if (!serviceClock.isMeasured()) {
    begun();
    await jobRead; // the service's clock decides how far back to read
  }
  const nowMs = serviceClock.earliestMs();
  const known = knownSince(nowMs);
  const matchedBackToMs = criteria === undefined ? Infinity : readBackTo(criteria);
  const reading = await newest.read(jobId, {
    untilOlderThanMs: (newestMs) => Math.min(known(newestMs), matchedBackToMs),
    prove: true,
    furtherPriority: 'high', // the time of the permit counts from the first answer
    onCall: begun,
    signal,
  });
  const { output: job } = await jobRead;
  const serviceMs = reading.dateMs ?? (serviceClock.isMeasured() ? nowMs : undefined);
  const baseline = {
    ...(serviceMs !== undefined && { baselineMs: Math.floor(serviceMs) }),
    ...baselineOf(reading.rows, nowMs),
    ...(!reading.complete && { incomplete: true as const }),
  };
  return { job, rows: reading.rows, baseline };
}

function permit(profile: Profile, { job, rows, baseline }: Read, found: Matches): Permit {
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

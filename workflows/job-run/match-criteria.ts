import { runKeyOf } from '../../contract/run-key.js';
import type { JobRef, MatchCriteria } from '../../contract/activities.js';
import type { Run, Submission } from './run.js';

/** The job, as every act wants it named. */
export const jobRef = (run: Run): JobRef => ({
  jobId: run.plan.jobId,
  ...(run.plan.profile !== undefined && { profile: run.plan.profile }),
});

/**
 * The job among the runs of one workflow: its id, whatever the profile is called. Two profiles may be one account, and
 * then what one run has posted would look like the other's (docs/decisions/0035).
 */
export const jobKey = ({ plan: { jobId } }: Run): string => jobId;

/** Whether a match by this run's mark cannot be somebody else's. */
export const isExactMatch = ({ plan }: Run): boolean =>
  plan.exclusive || plan.runKeyParameter !== undefined;

/** Whether a sure match cannot be another run's of this workflow either. */
export const isExclusivelyOurs = (run: Run): boolean =>
  run.plan.runKeyParameter !== undefined ||
  !run.port.isAnotherUnknown(jobKey(run), run.submission.key);

/** The time in which executions of the submission can have been created. */
export const windowOf = ({ firstMs, untilMs }: Submission): number => untilMs - firstMs;

/** By what the submission's executions are recognised; undefined before its first baseline. */
export function matchCriteria(run: Run, submission: Submission): MatchCriteria | undefined {
  if (submission.first === undefined) return undefined;
  const { runKeyParameter, exclusive } = run.plan;
  return {
    since: submission.first,
    claimedIds: [
      ...run.port.claimedIds(submission.key),
      ...submission.duplicates,
      ...submission.notOurs,
    ],
    sent: submission.sent,
    ...(runKeyParameter !== undefined && {
      runKey: { parameter: runKeyParameter, key: runKeyOf(submission.key) },
    }),
    exclusive,
    windowMs: windowOf(submission),
  };
}

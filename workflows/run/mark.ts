import type { JobRef, SubmissionMark } from '../../contract/activities.js';
import type { Run, Submission } from './run.js';

/** The job, as every act wants it named. */
export const jobRef = (run: Run): JobRef => ({
  jobId: run.plan.jobId,
  ...(run.plan.profile !== undefined && { profile: run.plan.profile }),
});

/** By what the submission's executions are recognised; undefined before its first baseline. */
export function markOf(run: Run, submission: Submission): SubmissionMark | undefined {
  if (submission.first === undefined) return undefined;
  const { runKeyParameter, soleWriter } = run.plan;
  const earlier = run.earlier.map((ended) => ended.executionId);
  return {
    since: submission.first,
    claimedIds: [
      ...run.port.claimedIds(submission.key),
      ...earlier,
      ...submission.twins,
      ...submission.notOurs,
    ],
    sent: submission.sent,
    ...(runKeyParameter !== undefined && {
      runKey: { parameter: runKeyParameter, key: submission.key },
    }),
    soleWriter,
  };
}

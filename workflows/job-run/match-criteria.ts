import { runKeyOf } from '../../contract/run-key.js';
import type { JobRef, MatchCriteria } from '../../contract/activities.js';
import type { Run, Submission } from './run.js';
import { windowOf } from './submit-state.js';

/** Job and profile, as activity inputs have them. */
export const jobRef = (run: Run): JobRef => ({
  jobId: run.plan.jobId,
  ...(run.plan.profile !== undefined && { profile: run.plan.profile }),
});

/**
 * Key of the job among the runs of one workflow: its id without the profile. Two profiles may be one account, and
 * executions of two runs could then not be distinguished (docs/decisions/0035).
 */
export const jobKey = ({ plan: { jobId } }: Run): string => jobId;

/** Whether an exact match cannot belong to another run of this workflow either. */
export const isExclusivelyOurs = (run: Run): boolean =>
  run.plan.runKeyParameter !== undefined ||
  !run.port.isAnotherUnknown(jobKey(run), run.submission.key);

/** Criteria that match the submission's executions; undefined before its first baseline. */
export function matchCriteria(run: Run, { key, state }: Submission): MatchCriteria | undefined {
  const { first, duplicates, notOurs, sent } = state.record;
  if (first === undefined) return undefined;
  const { runKeyParameter, exclusive } = run.plan;
  return {
    since: first,
    claimedIds: [...run.port.claimedIds(key), ...duplicates, ...notOurs],
    sent,
    ...(runKeyParameter !== undefined && {
      runKey: { parameter: runKeyParameter, key: runKeyOf(key) },
    }),
    exclusive,
    windowMs: windowOf(state.record),
  };
}

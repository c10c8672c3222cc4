import { runKeyOf } from '../../contract/run-key.js';
import type { JobRef, MatchCriteria } from '../../contract/activities.js';
import { isExactMatch } from './job-submission.js';
import type { LockMode, RunPort } from './port.js';
import type { RunPlan } from './request.js';
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

/**
 * Runs with a run key submit at the same time: each recognises its execution by the key. All other runs of the job in
 * this workflow wait meanwhile, because to them an execution that nobody has claimed yet may look like their own.
 */
export const lockMode = ({ plan: { runKeyParameter } }: Run): LockMode =>
  runKeyParameter === undefined ? 'exclusive' : 'shared';

/** The parts of a run that decide which executions match. */
interface Matching {
  readonly plan: Pick<RunPlan, 'jobId' | 'runKeyParameter' | 'exclusive'>;
  readonly port: Pick<RunPort, 'claimedIds' | 'isAnotherUnknown'>;
}
type Matched = Pick<Submission, 'key' | 'state'>;

/** Whether an exact match cannot belong to another run of this workflow either. */
const cannotBeAnothers = ({ plan, port }: Matching, { key }: Matched): boolean =>
  plan.runKeyParameter !== undefined || !port.isAnotherUnknown(plan.jobId, key);

export const isExclusivelyOurs = (run: Run): boolean => cannotBeAnothers(run, run.submission);

/**
 * Criteria that a permit looks for: undefined where no earlier POST can have started anything. An earlier rejection may
 * have answered a copy of the POST: an exact match still recognises our execution.
 */
export function criteriaBeforePost(run: Matching, submission: Matched): MatchCriteria | undefined {
  const { wasEverUnknown, posts } = submission.state.record;
  const isExact = isExactMatch(run) && cannotBeAnothers(run, submission);
  return wasEverUnknown || (isExact && posts > 0) ? matchCriteria(run, submission) : undefined;
}

/** Criteria that match the submission's executions; undefined before its first baseline. */
export function matchCriteria(run: Matching, submission: Matched): MatchCriteria | undefined {
  const { key, state } = submission;
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
    // While another run of the workflow has an unknown outcome, the first match may be its: all are awaited.
    exclusive: exclusive && cannotBeAnothers(run, submission),
    windowMs: windowOf(state.record),
  };
}

import { NEW_JOB_CONDITION, type JobCondition } from './job-script.js';
import { gatewayError, problem, type Outcome } from './outcome.js';
import { maxConcurrentRuns, type JobRecord, type ServiceState } from './service-state.js';
import { activeCount } from './start-execution.js';

/** Why a job cannot start an execution now; undefined: it can. */
export function startRefusal(
  state: ServiceState,
  job: JobRecord,
  now: number,
): Outcome | undefined {
  const { overLimit } = state.switches;
  if (!['READY', 'RUNNABLE', 'RUNNING'].includes(job.status)) {
    return problem('bad-state', `job ${job.jobId} is ${job.status}`);
  }
  const limit = maxConcurrentRuns(state, job);
  if (overLimit === 'queue' || activeCount(job, now) < limit) return undefined;
  return overLimit === '429'
    ? gatewayError('400', `maxConcurrentRuns ${limit} reached`)
    : problem('bad-state', `job ${job.jobId} is running; maxConcurrentRuns is ${limit}`);
}

/**
 * Run settings of an execution. Each property is replaced as a whole: sent parameters are not merged with stored
 * ones.
 */
export function effectiveCondition(
  { switches }: ServiceState,
  job: JobRecord,
  sent: JobCondition | undefined,
): JobCondition {
  const stored = job.condition ?? NEW_JOB_CONDITION;
  const base = switches.partialJobCondition === 'defaults' && sent ? NEW_JOB_CONDITION : stored;
  return { ...base, ...sent };
}

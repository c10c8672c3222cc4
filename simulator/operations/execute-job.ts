import { z } from 'zod';
import { toExecutionView } from '../execution-view.js';
import { problemsText } from '../flat-issues.js';
import { NEW_JOB_CONDITION, type JobCondition } from '../job-script.js';
import { gatewayError, ok, problem, type Outcome } from '../outcome.js';
import { maxConcurrentRuns, type JobRecord, type ServiceState } from '../service-state.js';
import { activeCount, nextScript, startExecution } from '../start-execution.js';
import { notFound, type Operation } from './operation.js';

const parameters = z.record(z.string(), z.string());

/** Ranges as the current pages print them; members the service does not know are dropped. */
const executeJobBody = z.object({
  jobCondition: z
    .object({
      numWorker: z.int().min(2).max(10).exactOptional(),
      timeout: z.int().min(1).max(1440).exactOptional(),
      nrn: z.string().exactOptional(),
      scriptPath: z.string().exactOptional(),
      logPath: z.string().exactOptional(),
      parameters: parameters.exactOptional(),
      workerType: z.enum(['DEFAULT', 'DATAFLOW']).exactOptional(),
    })
    .exactOptional(),
  parameters: parameters.exactOptional(),
});

type ExecuteJobBody = z.infer<typeof executeJobBody>;

export const executeJob: Operation = (state, { params, query, body, now }) => {
  const jobId = params.get('jobId') ?? '';
  const job = state.jobs.get(jobId);
  if (job === undefined) return notFound('JOB', 'jobId', jobId);
  const triggerId = query.get('triggerId');
  if (triggerId !== null) return notFound('TRIGGER', 'triggerId', triggerId);
  const sent = executeJobBody.safeParse(body ?? {});
  if (!sent.success) return problem('bad-parameter', problemsText(sent.error));
  const refusal = refusalOf(state, job, sent.data, now);
  if (refusal !== undefined) return refusal;
  const condition = effectiveCondition(state, job, sent.data);
  const start = { origin: 'post', condition, script: nextScript(job) } as const;
  return ok(toExecutionView(state, job, startExecution(state, job, start, now), now));
};

function refusalOf(
  state: ServiceState,
  job: JobRecord,
  sent: ExecuteJobBody,
  now: number,
): Outcome | undefined {
  const { jobCondition = {} } = sent;
  const { overLimit, partialJobCondition } = state.switches;
  const named = jobCondition.parameters ?? sent.parameters;
  if (job.type === 'VISUAL' && named !== undefined) {
    return problem('bad-parameter', 'parameters: only for jobs of type SCRIPT');
  }
  const { nrn, scriptPath, logPath } = jobCondition;
  if (partialJobCondition === '400' && [nrn, scriptPath, logPath].includes(undefined)) {
    return problem('bad-parameter', 'jobCondition: nrn, scriptPath and logPath are required');
  }
  if (!['READY', 'RUNNABLE', 'RUNNING'].includes(job.status)) {
    return problem('bad-state', `job ${job.jobId} is ${job.status}`);
  }
  const limit = maxConcurrentRuns(state, job);
  if (overLimit === 'queue' || activeCount(job, now) < limit) return undefined;
  return overLimit === '429'
    ? gatewayError('400', `maxConcurrentRuns ${limit} reached`)
    : problem('bad-state', `job ${job.jobId} is running; maxConcurrentRuns is ${limit}`);
}

/** Members are replaced whole: sent parameters do not mix with stored ones. */
function effectiveCondition(
  { switches }: ServiceState,
  job: JobRecord,
  sent: ExecuteJobBody,
): JobCondition {
  const stored = job.condition ?? NEW_JOB_CONDITION;
  const base =
    switches.partialJobCondition === 'defaults' && sent.jobCondition ? NEW_JOB_CONDITION : stored;
  const { parameters } = sent;
  return { ...base, ...(parameters && { parameters }), ...sent.jobCondition };
}

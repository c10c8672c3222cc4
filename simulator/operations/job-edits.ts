import type { z } from 'zod';
import type { JobCondition } from '../job-script.js';
import { toJobDetail } from '../job-view.js';
import { ok, problem, type Outcome } from '../outcome.js';
import { addJob, type JobRecord, type ServiceState } from '../service-state.js';
import { activeCount } from '../start-execution.js';
import {
  createJobBody,
  executeConfigBody,
  legacyJobBody,
  updateJobBody,
  verifyJobBody,
} from './job-bodies.js';
import { noSuchUrl, withBody, withJob, type Operation } from './operation.js';

/** Names need not be unique, and a VISUAL job needs no nodes: no page says otherwise. */
export const createJob: Operation = (state, { body, now }) =>
  withBody(createJobBody, body, (sent) => {
    const refusal = parametersRefusal(sent.type, sent.jobCondition);
    if (refusal !== undefined) return refusal;
    const jobId = state.nextId();
    const { name, type } = sent;
    addJob(state, { jobId, name, type, executions: [state.newJobs] }, now);
    return edited(state, jobId, sent, now, state.switches.createStatus);
  });

/** Properties that are left out keep their value, also in jobCondition. A running job may be edited (inferred). */
export const updateJob: Operation = (state, call) =>
  withJob(state, call, (job) =>
    withBody(updateJobBody, call.body, (sent) => {
      if (sent.type !== job.type) {
        return problem('bad-parameter', `type: job ${job.jobId} is ${job.type}`);
      }
      const refusal = parametersRefusal(job.type, sent.jobCondition);
      return refusal ?? edited(state, job.jobId, sent, call.now);
    }),
  );

/** The type DATAFLOW of the older pages is a VISUAL job here. A draft cannot be executed. */
export const updateJobLegacyPut: Operation = (state, call) => {
  if (state.switches.putUpdateJob === '404') return noSuchUrl();
  return withJob(state, call, ({ jobId, type }) =>
    withBody(legacyJobBody, call.body, ({ name, nodes = [], isTemp = false }) => {
      if (type !== 'VISUAL') return problem('bad-parameter', `type: job ${jobId} is ${type}`);
      const status = isTemp ? 'DRAFT' : 'READY';
      return edited(state, jobId, { name, nodes, status }, call.now);
    }),
  );
};

export const verifyJob: Operation = (_state, { body }) =>
  withBody(verifyJobBody, body, () => ok(true));

/** Properties that are left out keep their value. */
export const updateJobExecuteConfig: Operation = (state, call) =>
  withJob(state, call, (job) =>
    withBody(executeConfigBody, call.body, (sent) => {
      const refusal = parametersRefusal(job.type, sent.jobCondition);
      return refusal ?? edited(state, job.jobId, sent, call.now);
    }),
  );

/** Unfinished executions continue. */
export const deleteJob: Operation = (state, call) =>
  withJob(state, call, (job) => {
    if (state.switches.deleteBusyJob === 'bad-state' && activeCount(job, call.now) > 0) {
      return problem('bad-state', `job ${job.jobId} is executing`);
    }
    state.jobs.delete(job.jobId);
    state.deletedJobs.push(job);
    return ok(true);
  });

type Edit = Partial<Pick<z.infer<typeof updateJobBody>, 'name' | 'maxConcurrentRuns' | 'nodes'>> & {
  readonly jobCondition?: JobCondition;
  readonly status?: string;
};

function edited(
  state: ServiceState,
  jobId: string,
  { jobCondition, ...members }: Edit,
  now: number,
  status = 200,
): Outcome {
  const job = state.jobs.get(jobId);
  if (job === undefined) throw new Error(`job ${jobId} is being edited and not there`);
  const { name = job.name, nodes = job.nodes } = members;
  const changed: JobRecord = {
    ...job,
    name,
    nodes,
    maxConcurrentRuns: members.maxConcurrentRuns ?? job.maxConcurrentRuns,
    status: members.status ?? job.status,
    condition: jobCondition ? { ...job.condition, ...jobCondition } : job.condition,
    updatedAt: now,
  };
  state.jobs.set(jobId, changed);
  return ok(toJobDetail(state, changed, now), status);
}

export function parametersRefusal(
  type: JobRecord['type'],
  condition: { readonly parameters?: object } | undefined,
): Outcome | undefined {
  return type === 'VISUAL' && condition?.parameters !== undefined
    ? problem('bad-parameter', 'parameters: only for jobs of type SCRIPT')
    : undefined;
}

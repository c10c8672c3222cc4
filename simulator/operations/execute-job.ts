import { z } from 'zod';
import type { ExecutionRecord } from '../execution.js';
import { toExecutionView } from '../execution-view.js';
import { ok, problem, type Outcome } from '../outcome.js';
import type { JobRecord, ServiceState } from '../service-state.js';
import { nextScript, startExecution } from '../start-execution.js';
import { effectiveCondition, startRefusal } from '../start-rules.js';
import { conditionBody, parametersBody } from './condition-body.js';
import { parametersRefusal } from './job-edits.js';
import { notFound, withBody, withJob, type Operation, type ServiceCall } from './operation.js';

const executeJobBody = z.object({
  jobCondition: conditionBody.exactOptional(),
  parameters: parametersBody.exactOptional(),
});

type ExecuteJobBody = z.infer<typeof executeJobBody>;

export const executeJob: Operation = (state, call) =>
  withJob(state, call, (job) => {
    const { query, body = {}, now } = call;
    const unknown = unknownStarter(state, query);
    if (unknown !== undefined) return unknown;
    return withBody(executeJobBody, body, (sent) => {
      const refusal = bodyRefusal(state, job, sent) ?? startRefusal(state, job, now);
      return refusal ?? started(state, job, sent, call);
    });
  });

function started(
  state: ServiceState,
  job: JobRecord,
  { jobCondition, parameters }: ExecuteJobBody,
  { query, now }: ServiceCall,
): Outcome {
  const effective = effectiveCondition(state, job, jobCondition);
  const named = parameters && jobCondition?.parameters === undefined ? { parameters } : {};
  const start = {
    origin: 'post',
    condition: { ...effective, ...named },
    triggerId: query.get('triggerId') ?? undefined,
    workflowId: query.get('workflowId') ?? undefined,
    script: nextScript(job),
  } as const;
  const execution = startExecution(state, job, start, now);
  return ok(toExecutionView(state, job, answered(state, job, execution), now));
}

/** The execution in the answer. */
function answered(
  { switches }: ServiceState,
  { executions }: JobRecord,
  started: ExecutionRecord,
): ExecutionRecord {
  switch (switches.startAnswer) {
    case 'its-id':
      return started;
    case 'oldest-id':
      return executions[0] ?? started;
    case 'odd-id':
      return { ...started, executionId: `E.${started.executionId}:odd==` };
  }
}

/** A trigger and a workflow that a call names must exist (inferred). */
function unknownStarter(
  { triggers, workflows }: ServiceState,
  query: URLSearchParams,
): Outcome | undefined {
  const triggerId = query.get('triggerId');
  if (triggerId !== null && !triggers.has(triggerId)) {
    return notFound('TRIGGER', 'triggerId', triggerId);
  }
  const workflowId = query.get('workflowId');
  return workflowId === null || workflows.has(workflowId)
    ? undefined
    : notFound('WORKFLOW', 'workflowId', workflowId);
}

function bodyRefusal(
  { switches }: ServiceState,
  { type }: JobRecord,
  { jobCondition = {}, parameters }: ExecuteJobBody,
): Outcome | undefined {
  const { nrn, scriptPath, logPath } = jobCondition;
  const refusal = parametersRefusal(type, { ...(parameters && { parameters }), ...jobCondition });
  if (refusal !== undefined || switches.partialJobCondition !== '400') return refusal;
  return [nrn, scriptPath, logPath].includes(undefined)
    ? problem('bad-parameter', 'jobCondition: nrn, scriptPath and logPath are required')
    : undefined;
}

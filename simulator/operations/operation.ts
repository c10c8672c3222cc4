import type { z } from 'zod';
import { problemsText, readAs } from '../flat-issues.js';
import { gatewayError, problem, type Outcome } from '../outcome.js';
import type { JobRecord, ServiceState } from '../service-state.js';
import type { WorkflowRecord } from '../workflow-record.js';

/** A request that has passed the gateway. */
export interface ServiceCall {
  /** Path parameters, decoded. */
  readonly params: ReadonlyMap<string, string>;
  readonly query: URLSearchParams;
  /** Parsed JSON; undefined without a body. */
  readonly body: unknown;
  readonly now: number;
}

/** Carries a call out on the state. */
export type Operation = (state: ServiceState, call: ServiceCall) => Outcome;

/** Continues with a body that its schema accepts; any other is a bad-parameter that names all problems. */
export function withBody<Body>(
  schema: z.ZodType<Body>,
  body: unknown,
  act: (body: Body) => Outcome,
): Outcome {
  const read = readAs(schema, body);
  return read.success ? act(read.data) : problem('bad-parameter', problemsText(read.error));
}

/** Continues with the job that the path names. */
export function withJob(
  { jobs }: ServiceState,
  { params }: ServiceCall,
  act: (job: JobRecord) => Outcome,
): Outcome {
  const jobId = params.get('jobId') ?? '';
  const job = jobs.get(jobId);
  return job === undefined ? notFound('JOB', 'jobId', jobId) : act(job);
}

/** Continues with the workflow that the path names. */
export function withWorkflow(
  { workflows }: ServiceState,
  { params }: ServiceCall,
  act: (workflow: WorkflowRecord) => Outcome,
): Outcome {
  const workflowId = params.get('workflowId') ?? '';
  const workflow = workflows.get(workflowId);
  return workflow === undefined ? notFound('WORKFLOW', 'workflowId', workflowId) : act(workflow);
}

/** A path or method that a switch takes away is answered as the gateway answers one that never was. */
export function noSuchUrl(): Outcome {
  return gatewayError('300', 'URL not found.');
}

export function notFound(
  kind: 'JOB' | 'JOB_EXECUTION' | 'TRIGGER' | 'WORKFLOW',
  name: string,
  id: string,
): Outcome {
  return problem(`resource-not-found/${kind}`, `{${name}=${id}}: not found`);
}

import type { z } from 'zod';
import { problemsText, readAs } from '../flat-issues.js';
import { gatewayError, problem, type Outcome } from '../outcome.js';
import type { JobRecord, ServiceState } from '../service-state.js';
import type { WorkflowRecord } from '../workflow-record.js';

/** A request that has passed the gateway. */
export interface ServiceCall {
  /** Decoded path parameters. */
  readonly params: ReadonlyMap<string, string>;
  readonly query: URLSearchParams;
  /** Parsed JSON; undefined without a body. */
  readonly body: unknown;
  readonly now: number;
}

export type Operation = (state: ServiceState, call: ServiceCall) => Outcome;

/** Answers bad-parameter with all problems unless the schema accepts the body. */
export function withBody<Body>(
  schema: z.ZodType<Body>,
  body: unknown,
  act: (body: Body) => Outcome,
): Outcome {
  const read = readAs(schema, body);
  return read.success ? act(read.data) : problem('bad-parameter', problemsText(read.error));
}

export function withJob(
  { jobs }: ServiceState,
  { params }: ServiceCall,
  act: (job: JobRecord) => Outcome,
): Outcome {
  const jobId = params.get('jobId') ?? '';
  const job = jobs.get(jobId);
  return job === undefined ? notFound('JOB', 'jobId', jobId) : act(job);
}

export function withWorkflow(
  { workflows }: ServiceState,
  { params }: ServiceCall,
  act: (workflow: WorkflowRecord) => Outcome,
): Outcome {
  const workflowId = params.get('workflowId') ?? '';
  const workflow = workflows.get(workflowId);
  return workflow === undefined ? notFound('WORKFLOW', 'workflowId', workflowId) : act(workflow);
}

/** Answer of the gateway to an unknown path, for an operation that a switch removes. */
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

import type { OperationInput, OperationName, OperationOutput } from '../contract/operations.js';
import { decodeDone } from './decode-done.js';
import { decodeExecution, decodeExecutions, decodeStarted } from './decode-execution.js';
import { decodeJob, jobSummary } from './decode-job.js';
import { decodePage } from './decode-page.js';

/** How an operation looks over HTTP. */
export interface Endpoint<Name extends OperationName> {
  readonly method: 'GET' | 'POST';
  /** `{x}` stands for the member x of the input, which is an id. Signed and sent with /api/v1. */
  readonly path: `/api/v1/${string}`;
  /** Members of the input that are sent in the query, where given. */
  readonly query?: readonly (keyof OperationInput<Name> & string)[];
  /** Members of the input that are sent as a JSON object, where given; none given: no body. */
  readonly body?: readonly (keyof OperationInput<Name> & string)[];
  /** Turns the JSON of a 2xx into the output. @throws Unreadable */
  readonly decode: (body: unknown, input: OperationInput<Name>) => OperationOutput<Name>;
}

/** One row per operation. A new operation is a row here and one in the contract. */
export const ENDPOINTS: { readonly [Name in OperationName]: Endpoint<Name> } = {
  getJobs: {
    method: 'GET',
    path: '/api/v1/jobs',
    query: ['name', 'page', 'limit'],
    decode: (body, input) => decodePage(jobSummary, body, input),
  },
  getJobById: {
    method: 'GET',
    path: '/api/v1/jobs/{jobId}',
    decode: decodeJob,
  },
  executeJob: {
    method: 'POST',
    path: '/api/v1/jobs/{jobId}/executions',
    body: ['jobCondition'],
    decode: decodeStarted,
  },
  getJobExecutions: {
    method: 'GET',
    path: '/api/v1/jobs/{jobId}/executions',
    query: ['page', 'limit'],
    decode: decodeExecutions,
  },
  getJobExecutionById: {
    method: 'GET',
    path: '/api/v1/jobs/{jobId}/executions/{executionId}',
    decode: decodeExecution,
  },
  cancelJobExecution: {
    method: 'POST',
    path: '/api/v1/jobs/{jobId}/executions/{executionId}/cancel',
    decode: decodeDone,
  },
};

import type { OperationInput, OperationName, OperationOutput } from '../../contract/operations.js';
import type { ListOptions } from '../client.js';
import { decodeDone, pageDecoder } from './decode.js';
import {
  decodeExecution,
  decodeExecutions,
  decodeExecutionsOfJobs,
  decodeStarted,
} from './decode-execution.js';
import { decodeJob, jobSummary } from './decode-job.js';
import { decodeIntervals, decodePoints, decodeTotals } from './decode-statistics.js';
import { decodeTrigger, decodeTriggers } from './decode-trigger.js';
import { decodeWorkflow, decodeWorkflows, decodeWorkflowStart } from './decode-workflow.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** HTTP form of an operation. */
export interface Endpoint<Name extends OperationName> {
  readonly method: Method;
  /** `{x}` is replaced with property x of the input, an id. */
  readonly path: `/api/v1/${string}`;
  /** Used if the gateway does not know `path` (its code 300). The client remembers which one it knows. */
  readonly otherPath?: `/api/v1/${string}`;
  /** Properties of the input that are sent in the query. */
  readonly query?: readonly (keyof OperationInput<Name> & string)[];
  /** Properties of the input that are sent as a JSON object. If the input has none of them, no body is sent. */
  readonly body?: readonly (keyof OperationInput<Name> & string)[];
  /** Decodes the JSON of a 2xx. @throws Unreadable */
  readonly decode: (
    body: unknown,
    input: OperationInput<Name>,
    options?: Pick<ListOptions, 'brief'>,
  ) => OperationOutput<Name>;
}

const JOB = '/api/v1/jobs/{jobId}';
const EXECUTION = `${JOB}/executions/{executionId}`;
const WORKFLOW = '/api/v1/workflows/{workflowId}';
const TRIGGER = '/api/v1/triggers/{triggerId}';
const RANGE = ['startDate', 'endDate'] as const;
const PAGING = ['page', 'limit'] as const;

export const ENDPOINTS: { readonly [Name in OperationName]: Endpoint<Name> } = {
  getExecutionInterval: {
    method: 'GET',
    path: '/api/v1/stats/executions-interval',
    query: RANGE,
    decode: decodeIntervals,
  },
  getExecutionResult: {
    method: 'GET',
    path: '/api/v1/stats/executions',
    query: RANGE,
    decode: decodeTotals,
  },
  getExecutionTimes: {
    method: 'GET',
    // The documentation shows the second path; the first one was seen to work (NOTES §3).
    path: '/api/v1/stats/execution-times',
    otherPath: '/api/v1/stats/executions-times',
    query: RANGE,
    decode: decodePoints,
  },
  createWorkflow: {
    method: 'POST',
    path: '/api/v1/workflows',
    body: ['name', 'nodes', 'isTemp'],
    decode: (body) => decodeWorkflow(body, {}),
  },
  getWorkflows: {
    method: 'GET',
    path: '/api/v1/workflows',
    query: PAGING,
    decode: decodeWorkflows,
  },
  getWorkflowById: { method: 'GET', path: WORKFLOW, decode: decodeWorkflow },
  getWorkflowExecutions: {
    method: 'GET',
    path: `${WORKFLOW}/executions`,
    query: ['filter', ...PAGING],
    decode: decodeExecutionsOfJobs,
  },
  updateWorkflow: {
    method: 'PUT',
    path: WORKFLOW,
    body: ['name', 'nodes', 'isTemp'],
    decode: decodeWorkflow,
  },
  deleteWorkflow: { method: 'DELETE', path: WORKFLOW, decode: decodeDone },
  executeWorkflow: {
    method: 'POST',
    path: `${WORKFLOW}/executions`,
    decode: decodeWorkflowStart,
  },
  createJob: {
    method: 'POST',
    path: '/api/v1/jobs',
    body: ['name', 'type', 'maxConcurrentRuns', 'jobCondition', 'nodes'],
    decode: (body) => decodeJob(body, {}),
  },
  getJobs: {
    method: 'GET',
    path: '/api/v1/jobs',
    query: ['name', ...PAGING],
    decode: pageDecoder(jobSummary),
  },
  getJobById: { method: 'GET', path: JOB, decode: decodeJob },
  updateJob: {
    method: 'PATCH',
    path: JOB,
    body: ['type', 'name', 'maxConcurrentRuns', 'jobCondition', 'nodes'],
    decode: decodeJob,
  },
  updateJobLegacyPut: {
    method: 'PUT',
    path: JOB,
    body: ['name', 'type', 'isTemp', 'nodes'],
    decode: decodeJob,
  },
  verifyJob: {
    method: 'POST',
    path: '/api/v1/jobs/verify',
    body: ['name', 'nodes'],
    decode: decodeDone,
  },
  executeJob: {
    method: 'POST',
    path: `${JOB}/executions`,
    query: ['triggerId', 'workflowId'],
    body: ['jobCondition'],
    decode: decodeStarted,
  },
  getJobExecutions: {
    method: 'GET',
    path: `${JOB}/executions`,
    query: PAGING,
    decode: decodeExecutions,
  },
  getJobExecutionById: { method: 'GET', path: EXECUTION, decode: decodeExecution },
  updateJobExecuteConfig: {
    method: 'PUT',
    path: `${JOB}/executions`,
    body: ['jobCondition'],
    decode: decodeJob,
  },
  deleteJob: { method: 'DELETE', path: JOB, decode: decodeDone },
  cancelJobExecution: { method: 'POST', path: `${EXECUTION}/cancel`, decode: decodeDone },
  createTrigger: {
    method: 'POST',
    path: '/api/v1/triggers',
    body: ['name', 'type', 'triggerRule'],
    decode: (body) => decodeTrigger(body, {}),
  },
  getTriggers: {
    method: 'GET',
    path: '/api/v1/triggers',
    query: ['name', ...PAGING],
    decode: decodeTriggers,
  },
  getTriggerById: { method: 'GET', path: TRIGGER, decode: decodeTrigger },
  deleteTrigger: { method: 'DELETE', path: TRIGGER, decode: decodeDone },
};

import { executeJob } from './execute-job.js';
import {
  cancelJobExecution,
  getJobExecutionById,
  getJobExecutions,
} from './execution-operations.js';
import { getJobById, getJobs } from './job-operations.js';
import type { Operation } from './operation.js';
import type { OperationName } from './operation-name.js';

export interface OperationRow {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Braces are parameters. */
  readonly path: `/api/v1/${string}`;
  readonly carryOut: Operation;
}

/** All the API the simulator has: a new operation is one row here and its name in operation-name. */
export const OPERATIONS: Readonly<Record<OperationName, OperationRow>> = {
  getJobs: { method: 'GET', path: '/api/v1/jobs', carryOut: getJobs },
  getJobById: { method: 'GET', path: '/api/v1/jobs/{jobId}', carryOut: getJobById },
  executeJob: { method: 'POST', path: '/api/v1/jobs/{jobId}/executions', carryOut: executeJob },
  getJobExecutions: {
    method: 'GET',
    path: '/api/v1/jobs/{jobId}/executions',
    carryOut: getJobExecutions,
  },
  getJobExecutionById: {
    method: 'GET',
    path: '/api/v1/jobs/{jobId}/executions/{executionId}',
    carryOut: getJobExecutionById,
  },
  cancelJobExecution: {
    method: 'POST',
    path: '/api/v1/jobs/{jobId}/executions/{executionId}/cancel',
    carryOut: cancelJobExecution,
  },
};

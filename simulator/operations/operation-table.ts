import { executeJob } from './execute-job.js';
import {
  cancelJobExecution,
  getJobExecutionById,
  getJobExecutions,
} from './execution-operations.js';
import {
  createJob,
  deleteJob,
  updateJob,
  updateJobExecuteConfig,
  updateJobLegacyPut,
  verifyJob,
} from './job-edits.js';
import { getJobById, getJobs } from './job-operations.js';
import type { Operation } from './operation.js';
import type { OperationName } from './operation-name.js';
import { getExecutionInterval, getExecutionResult, getExecutionTimes } from './stats-operations.js';
import { createTrigger, deleteTrigger, getTriggerById, getTriggers } from './trigger-operations.js';
import {
  createWorkflow,
  deleteWorkflow,
  executeWorkflow,
  getWorkflowById,
  getWorkflowExecutions,
  getWorkflows,
  updateWorkflow,
} from './workflow-operations.js';

export interface OperationRow {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below /api/v1. Braces are parameters, with their values if only some are allowed. */
  readonly path: `/${string}`;
  readonly handle: Operation;
}

const JOB = '/jobs/{jobId}';
const EXECUTIONS = `${JOB}/executions` as const;
const EXECUTION = `${EXECUTIONS}/{executionId}` as const;
const WORKFLOW = '/workflows/{workflowId}';
const RUNS = `${WORKFLOW}/executions` as const;
const TRIGGER = '/triggers/{triggerId}';
const TIMES = '/stats/{timesPath:execution-times|executions-times}';

export const OPERATIONS: Readonly<Record<OperationName, OperationRow>> = {
  getExecutionInterval: {
    method: 'GET',
    path: '/stats/executions-interval',
    handle: getExecutionInterval,
  },
  getExecutionResult: { method: 'GET', path: '/stats/executions', handle: getExecutionResult },
  getExecutionTimes: { method: 'GET', path: TIMES, handle: getExecutionTimes },
  getJobs: { method: 'GET', path: '/jobs', handle: getJobs },
  createJob: { method: 'POST', path: '/jobs', handle: createJob },
  verifyJob: { method: 'POST', path: '/jobs/verify', handle: verifyJob },
  getJobById: { method: 'GET', path: JOB, handle: getJobById },
  updateJob: { method: 'PATCH', path: JOB, handle: updateJob },
  updateJobLegacyPut: { method: 'PUT', path: JOB, handle: updateJobLegacyPut },
  deleteJob: { method: 'DELETE', path: JOB, handle: deleteJob },
  executeJob: { method: 'POST', path: EXECUTIONS, handle: executeJob },
  getJobExecutions: { method: 'GET', path: EXECUTIONS, handle: getJobExecutions },
  updateJobExecuteConfig: { method: 'PUT', path: EXECUTIONS, handle: updateJobExecuteConfig },
  getJobExecutionById: { method: 'GET', path: EXECUTION, handle: getJobExecutionById },
  cancelJobExecution: { method: 'POST', path: `${EXECUTION}/cancel`, handle: cancelJobExecution },
  getWorkflows: { method: 'GET', path: '/workflows', handle: getWorkflows },
  createWorkflow: { method: 'POST', path: '/workflows', handle: createWorkflow },
  getWorkflowById: { method: 'GET', path: WORKFLOW, handle: getWorkflowById },
  updateWorkflow: { method: 'PUT', path: WORKFLOW, handle: updateWorkflow },
  deleteWorkflow: { method: 'DELETE', path: WORKFLOW, handle: deleteWorkflow },
  getWorkflowExecutions: { method: 'GET', path: RUNS, handle: getWorkflowExecutions },
  executeWorkflow: { method: 'POST', path: RUNS, handle: executeWorkflow },
  getTriggers: { method: 'GET', path: '/triggers', handle: getTriggers },
  createTrigger: { method: 'POST', path: '/triggers', handle: createTrigger },
  getTriggerById: { method: 'GET', path: TRIGGER, handle: getTriggerById },
  deleteTrigger: { method: 'DELETE', path: TRIGGER, handle: deleteTrigger },
};

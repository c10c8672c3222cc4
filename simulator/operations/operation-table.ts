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
  /** Below /api/v1. Braces are parameters, with the values they can have where they are few. */
  readonly path: `/${string}`;
  readonly carryOut: Operation;
}

const JOB = '/jobs/{jobId}';
const EXECUTIONS = `${JOB}/executions` as const;
const EXECUTION = `${EXECUTIONS}/{executionId}` as const;
const WORKFLOW = '/workflows/{workflowId}';
const RUNS = `${WORKFLOW}/executions` as const;
const TRIGGER = '/triggers/{triggerId}';
const TIMES = '/stats/{timesPath:execution-times|executions-times}';

/** All the API the simulator has: a new operation is one row here and its name in operation-name. */
export const OPERATIONS: Readonly<Record<OperationName, OperationRow>> = {
  getExecutionInterval: {
    method: 'GET',
    path: '/stats/executions-interval',
    carryOut: getExecutionInterval,
  },
  getExecutionResult: { method: 'GET', path: '/stats/executions', carryOut: getExecutionResult },
  getExecutionTimes: { method: 'GET', path: TIMES, carryOut: getExecutionTimes },
  getJobs: { method: 'GET', path: '/jobs', carryOut: getJobs },
  createJob: { method: 'POST', path: '/jobs', carryOut: createJob },
  verifyJob: { method: 'POST', path: '/jobs/verify', carryOut: verifyJob },
  getJobById: { method: 'GET', path: JOB, carryOut: getJobById },
  updateJob: { method: 'PATCH', path: JOB, carryOut: updateJob },
  updateJobLegacyPut: { method: 'PUT', path: JOB, carryOut: updateJobLegacyPut },
  deleteJob: { method: 'DELETE', path: JOB, carryOut: deleteJob },
  executeJob: { method: 'POST', path: EXECUTIONS, carryOut: executeJob },
  getJobExecutions: { method: 'GET', path: EXECUTIONS, carryOut: getJobExecutions },
  updateJobExecuteConfig: { method: 'PUT', path: EXECUTIONS, carryOut: updateJobExecuteConfig },
  getJobExecutionById: { method: 'GET', path: EXECUTION, carryOut: getJobExecutionById },
  cancelJobExecution: { method: 'POST', path: `${EXECUTION}/cancel`, carryOut: cancelJobExecution },
  getWorkflows: { method: 'GET', path: '/workflows', carryOut: getWorkflows },
  createWorkflow: { method: 'POST', path: '/workflows', carryOut: createWorkflow },
  getWorkflowById: { method: 'GET', path: WORKFLOW, carryOut: getWorkflowById },
  updateWorkflow: { method: 'PUT', path: WORKFLOW, carryOut: updateWorkflow },
  deleteWorkflow: { method: 'DELETE', path: WORKFLOW, carryOut: deleteWorkflow },
  getWorkflowExecutions: { method: 'GET', path: RUNS, carryOut: getWorkflowExecutions },
  executeWorkflow: { method: 'POST', path: RUNS, carryOut: executeWorkflow },
  getTriggers: { method: 'GET', path: '/triggers', carryOut: getTriggers },
  createTrigger: { method: 'POST', path: '/triggers', carryOut: createTrigger },
  getTriggerById: { method: 'GET', path: TRIGGER, carryOut: getTriggerById },
  deleteTrigger: { method: 'DELETE', path: TRIGGER, carryOut: deleteTrigger },
};

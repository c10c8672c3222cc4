import type { OperationInput, OperationName } from '../../../contract/operations.js';

const JOB = { jobId: 'Ab12Cd34Ef56' } as const;
const EXECUTION = { ...JOB, executionId: 'Gh78Ij90Kl12' } as const;
const WORKFLOW = { workflowId: 'Wf12Lo34Ww56' } as const;
const TRIGGER = { triggerId: 'Tr12Ig34Er56' } as const;
const RANGE = { startDate: '2026-11-01T00:00:00', endDate: '2026-11-07T23:59:59' } as const;
const PLACE = { regionNo: '1', bucketName: 'b', prefix: 'in', dataType: 'CSV' } as const;
const FIELDS = { fieldList: [{ name: 'id', type: 'string' }] } as const;

export const SOURCE = {
  id: 1_793_000_000_001,
  type: 'SOURCE_OBS',
  name: 'in',
  parentNodeIds: [],
  ...PLACE,
  ...FIELDS,
} as const;

export const GRAPH = {
  name: 'nightly',
  nodes: [
    { id: TRIGGER.triggerId, name: 'start', type: 'TRIGGER', parentNodeIds: [] },
    { id: JOB.jobId, name: 'orders', type: 'JOB', parentNodeIds: [TRIGGER.triggerId] },
  ],
} as const;

/** A right input for each operation. */
export const EXAMPLES: { readonly [Name in OperationName]: OperationInput<Name> } = {
  getExecutionInterval: RANGE,
  getExecutionResult: RANGE,
  getExecutionTimes: RANGE,
  createWorkflow: GRAPH,
  getWorkflows: { page: 1 },
  getWorkflowById: WORKFLOW,
  getWorkflowExecutions: { ...WORKFLOW, filter: 'nightly', limit: 20 },
  updateWorkflow: { ...WORKFLOW, ...GRAPH },
  deleteWorkflow: WORKFLOW,
  executeWorkflow: WORKFLOW,
  createJob: { name: 'nightly_orders', type: 'VISUAL', nodes: [SOURCE] },
  getJobs: { name: 'nightly & co', page: 0, limit: 50 },
  getJobById: JOB,
  updateJob: { ...JOB, type: 'VISUAL', maxConcurrentRuns: 3 },
  updateJobLegacyPut: { ...JOB, name: 'nightly_orders', type: 'DATAFLOW', isTemp: true },
  verifyJob: { name: 'nightly_orders', nodes: [SOURCE] },
  executeJob: { ...JOB, jobCondition: { numWorker: 2, timeout: 60 } },
  getJobExecutions: { ...JOB, page: 2 },
  getJobExecutionById: EXECUTION,
  updateJobExecuteConfig: { ...JOB, jobCondition: { numWorker: 4 } },
  deleteJob: JOB,
  cancelJobExecution: EXECUTION,
  createTrigger: {
    name: 'daily_two',
    type: 'SCHEDULED',
    triggerRule: { type: 'RECURRING', interval: 'DAY', time: '02:00' },
  },
  getTriggers: { name: 'daily' },
  getTriggerById: TRIGGER,
  deleteTrigger: TRIGGER,
};

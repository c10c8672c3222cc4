import type {
  CreateJobInput,
  CreateTriggerInput,
  ExecuteJobInput,
  ExecutionInput,
  GetByNameInput,
  JobInput,
  PageInput,
  RangeInput,
  TriggerInput,
  UpdateJobExecuteConfigInput,
  UpdateJobInput,
  UpdateJobLegacyPutInput,
  VerifyJobInput,
  WorkflowExecutionsInput,
  WorkflowInput,
  WriteWorkflowInput,
} from './operation-inputs.js';
import type { Job, JobExecution, JobSummary, Page } from './job.js';
import type { RemoteWorkflow, RemoteWorkflowSummary, WorkflowStart } from './remote-workflow.js';
import type { ExecutionInterval, ExecutionPoint, ExecutionTotals, Result } from './statistics.js';
import type { Trigger } from './trigger.js';

/** Input and output of each operation of the service, by its documented name. */
export interface Operations {
  getExecutionInterval: { input: RangeInput; output: Result<ExecutionInterval> };
  getExecutionResult: { input: RangeInput; output: ExecutionTotals };
  getExecutionTimes: { input: RangeInput; output: Result<ExecutionPoint> };
  createWorkflow: { input: WriteWorkflowInput; output: RemoteWorkflow };
  getWorkflows: { input: PageInput; output: Page<RemoteWorkflowSummary> };
  getWorkflowById: { input: WorkflowInput; output: RemoteWorkflow };
  getWorkflowExecutions: { input: WorkflowExecutionsInput; output: Page<JobExecution> };
  updateWorkflow: { input: WorkflowInput & WriteWorkflowInput; output: RemoteWorkflow };
  deleteWorkflow: { input: WorkflowInput; output: true };
  executeWorkflow: { input: WorkflowInput; output: WorkflowStart };
  createJob: { input: CreateJobInput; output: Job };
  getJobs: { input: GetByNameInput; output: Page<JobSummary> };
  getJobById: { input: JobInput; output: Job };
  updateJob: { input: UpdateJobInput; output: Job };
  updateJobLegacyPut: { input: UpdateJobLegacyPutInput; output: Job };
  verifyJob: { input: VerifyJobInput; output: true };
  executeJob: { input: ExecuteJobInput; output: JobExecution };
  getJobExecutions: { input: JobInput & PageInput; output: Page<JobExecution> };
  getJobExecutionById: { input: ExecutionInput; output: JobExecution };
  updateJobExecuteConfig: { input: UpdateJobExecuteConfigInput; output: Job };
  deleteJob: { input: JobInput; output: true };
  cancelJobExecution: { input: ExecutionInput; output: true };
  createTrigger: { input: CreateTriggerInput; output: Trigger };
  getTriggers: { input: GetByNameInput; output: Page<Trigger> };
  getTriggerById: { input: TriggerInput; output: Trigger };
  deleteTrigger: { input: TriggerInput; output: true };
}

export type OperationName = keyof Operations;
export type OperationInput<Name extends OperationName> = Operations[Name]['input'];
export type OperationOutput<Name extends OperationName> = Operations[Name]['output'];

interface OperationFacts {
  readonly about: string;
  readonly kind: 'read' | 'write';
  /**
   * Repeating the call has no more effect than one call. The second delete may be answered with not-found, the second
   * cancel with bad-state.
   */
  readonly idempotent: boolean;
}

const read = (about: string) => ({ about, kind: 'read', idempotent: true }) as const;
const put = (about: string) => ({ about, kind: 'write', idempotent: true }) as const;
/** Each call creates something, and the service has no idempotency token (NOTES §5.1). */
const once = (about: string) => ({ about, kind: 'write', idempotent: false }) as const;

export const OPERATIONS = {
  getExecutionInterval: read('count the executions of each day of a range'),
  getExecutionResult: read('count executions, successes and failures in a range'),
  getExecutionTimes: read('show executions over time in a range'),
  createWorkflow: once('create a workflow of a trigger and jobs'),
  getWorkflows: read('list workflows'),
  getWorkflowById: read('show a workflow'),
  getWorkflowExecutions: read('list the job executions of the runs of a workflow'),
  updateWorkflow: put('replace a workflow'),
  deleteWorkflow: put('delete a workflow'),
  executeWorkflow: once('start a run of a workflow whose trigger is manual'),
  createJob: once('create a job'),
  getJobs: read('list jobs'),
  getJobById: read('show a job'),
  updateJob: put('change a job in part (PATCH)'),
  updateJobLegacyPut: put('replace a job (PUT, documented until 2026-08)'),
  verifyJob: read('check a job definition without storing it'),
  executeJob: once('start an execution of a job'),
  getJobExecutions: read('list the executions of a job'),
  getJobExecutionById: read('show an execution'),
  updateJobExecuteConfig: put('change the stored run settings of a job'),
  deleteJob: put('delete a job'),
  cancelJobExecution: put('cancel an execution'),
  createTrigger: once('create a trigger'),
  getTriggers: read('list triggers'),
  getTriggerById: read('show a trigger'),
  deleteTrigger: put('delete a trigger'),
} as const satisfies Record<OperationName, OperationFacts>;

import type { Job, JobCondition, JobExecution, JobSummary, Page } from './job.js';

/** Zero-based page and rows per page; the service's defaults are page 0 and 1000 rows (NOTES §5.11). */
export interface PageInput {
  readonly page?: number;
  readonly limit?: number;
}
export interface JobInput {
  readonly jobId: string;
}
export interface ExecutionInput extends JobInput {
  readonly executionId: string;
}
export interface GetJobsInput extends PageInput {
  /** Filter by name; whether it matches parts of a name is UNKNOWN. */
  readonly name?: string;
}
export interface ExecuteJobInput extends JobInput {
  /** Run settings of this execution; left out, the stored ones apply. */
  readonly jobCondition?: JobCondition;
}

/** Input and output of each operation of the service, by its documented name. */
export interface Operations {
  getJobs: { input: GetJobsInput; output: Page<JobSummary> };
  getJobById: { input: JobInput; output: Job };
  executeJob: { input: ExecuteJobInput; output: JobExecution };
  getJobExecutions: { input: JobInput & PageInput; output: Page<JobExecution> };
  getJobExecutionById: { input: ExecutionInput; output: JobExecution };
  cancelJobExecution: { input: ExecutionInput; output: true };
}

export type OperationName = keyof Operations;
export type OperationInput<Name extends OperationName> = Operations[Name]['input'];
export type OperationOutput<Name extends OperationName> = Operations[Name]['output'];

/**
 * What repeating a call does. `idempotent`: nothing more than one call. A cancel is idempotent in effect:
 * the second one meets an execution that is already ending.
 */
export const OPERATIONS = {
  getJobs: { idempotent: true },
  getJobById: { idempotent: true },
  executeJob: { idempotent: false },
  getJobExecutions: { idempotent: true },
  getJobExecutionById: { idempotent: true },
  cancelJobExecution: { idempotent: true },
} as const satisfies Record<OperationName, { readonly idempotent: boolean }>;

// What is called inside a workflow.
export { type RunHandle, runJob, startJob } from './workflows/run-job.js';
export { dataflowApi, type DataFlowApi, type DataFlowApiOptions } from './workflows/operations.js';
export { progressQuery, resolveUpdate } from './workflows/registry.js';
export type {
  EndedAttempt,
  Obtained,
  ResolveSubmission,
  RunJobRequest,
  RunJobResult,
  RunPhase,
  RunProgress,
  RunRetry,
  RunState,
} from './contract/run.js';
export type { JobCondition, JobExecution } from './contract/job.js';
export type { FailureDetails, FailureType } from './contract/failures.js';
export type { Duration } from './contract/durations.js';

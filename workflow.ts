// For workflow code.
export { type RunHandle, runJob, startJob } from './workflows/run-job.js';
export { dataflowApi, type DataFlowApi, type DataFlowApiOptions } from './workflows/operations.js';
export {
  type RemoteRunHandle,
  runRemoteWorkflow,
  startRemoteWorkflow,
} from './workflows/run-remote-workflow.js';
export {
  type PipelineHandle,
  runPipeline,
  startPipelineRun,
  type StartPipelineOptions,
} from './workflows/run-pipeline.js';
export {
  cancelStepUpdate,
  approveUpdate,
  pauseUpdate,
  pipelineStateQuery,
  type PipelineStateAnswer,
  resumeUpdate,
  retryStepUpdate,
  skipStepUpdate,
} from './workflows/pipeline-run/updates.js';
export {
  type AnyRunProgress,
  progressQuery,
  resolveUpdate,
} from './workflows/runtime/run-registry.js';
export type {
  RemoteNodeProgress,
  RemoteNodeResult,
  RemoteRunProgress,
  RunRemoteWorkflowRequest,
  RunRemoteWorkflowResult,
} from './contract/remote-run.js';
export type {
  PipelineProgress,
  PipelineResult,
  HandedOverRun,
  Packed,
  PipelineRunState,
  RunPipelineOptions,
  StepProgress,
  StepSummary,
} from './contract/pipeline-run.js';
export type {
  EndedAttempt,
  SubmissionOutcome,
  ResolveSubmission,
  RunJobRequest,
  RunJobResult,
  RunPhase,
  RunProgress,
  RunRetry,
  RunState,
} from './contract/run.js';
export type { ToPipeline } from './contract/pipeline.js';
export type { JobCondition, JobExecution } from './contract/job.js';
export type { FailureDetails, FailureType } from './contract/failures.js';
export type { Duration } from './contract/durations.js';

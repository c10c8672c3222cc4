// For workers and clients. Workflow code imports ./workflow.
export { DataFlowPlugin, type DataFlowPluginOptions } from './worker/plugin.js';
export { runWorker, type RunWorkerOptions, TemporalUnreachable } from './worker/run-worker.js';
export {
  type ExistingPipelineRun,
  type PipelineWorkflowHandle,
  type StartedPipeline,
  startPipeline,
  type StartPipelineInput,
} from './worker/start-pipeline.js';
export {
  type AppliedSchedule,
  applySchedule,
  type ApplyScheduleOptions,
  ScheduleChangedElsewhere,
} from './worker/apply-schedule.js';
export {
  type BackfillHandle,
  type BackfillOptions,
  type BackfillPlan,
  planBackfill,
  startBackfill,
} from './worker/start-backfill.js';
export type {
  BackfillCounts,
  BackfillFailure,
  BackfillProgress,
  BackfillRequest,
  BackfillResult,
  Reprocess,
} from './contract/backfill.js';
export type { AuditClass, AuditedExecution, AuditReport, AuditRequest } from './contract/audit.js';
export { type LeftRunning, leftRunning } from './worker/left-running.js';
export type { ProfileOptions } from './worker/profile-options.js';
export { createDataFlowClient, type DataFlowClientOptions } from './client/index.js';
export { DataFlowCallError, DataFlowInvalidInputError } from './client/index.js';
export { ncloudCredentials, reportCredentials } from './client/index.js';
export type {
  Credentials,
  CredentialsReport,
  CredentialsSource,
  DataFlowClient,
} from './client/index.js';
export { FAILURES, type FailureDetails, type FailureType } from './contract/failures.js';
export { HISTOGRAM_BUCKETS, type MetricFacts, METRICS } from './contract/metrics.js';
export {
  AUDIT_WORKFLOW,
  BACKFILL_QUERY,
  BACKFILL_WORKFLOW,
  PIPELINE_STATE_QUERY,
  PIPELINE_UPDATES,
  PROGRESS_QUERY,
  RESOLVE_UPDATE,
  RUN_JOB_WORKFLOW,
  FAILED_RUNS_MEMO,
  RUN_PIPELINE_WORKFLOW,
  RUN_REMOTE_WORKFLOW_WORKFLOW,
} from './contract/names.js';
export type {
  RemoteNodeProgress,
  RemoteNodeResult,
  RemoteRunProgress,
  RunRemoteWorkflowRequest,
  RunRemoteWorkflowResult,
} from './contract/remote-run.js';
export { DEFAULT_TIMINGS, type Timings } from './contract/timings.js';
export type {
  PipelineProgress,
  PipelineResult,
  RunPipelineOptions,
  RunPipelineRequest,
  StepProgress,
  StepSummary,
} from './contract/pipeline-run.js';
export type { ScheduledRun } from './contract/schedule.js';
export type { AllProgress } from './contract/progress.js';
export type { Duration } from './contract/durations.js';
export type {
  ExecutionStatus,
  Job,
  JobCondition,
  JobExecution,
  JobSummary,
  Page,
} from './contract/job.js';
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

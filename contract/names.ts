/** Names in histories, called from other languages. Once released they are never renamed. */

export const RUN_JOB_WORKFLOW = 'dataflowRunJob';
export const RUN_REMOTE_WORKFLOW_WORKFLOW = 'dataflowRunRemoteWorkflow';
export const RUN_PIPELINE_WORKFLOW = 'dataflowRunPipeline';
/** A workflow whose id is a lock: one for each workflow of the service that is being run. */
export const REMOTE_LOCK_WORKFLOW = 'dataflowRemoteWorkflowLock';
/** Signal of the holder to the lock: end. */
export const RELEASE_SIGNAL = 'dataflowRelease';
/** Query: {@link RunProgress} or RemoteRunProgress of every run in the workflow; answers after the close as well. */
export const PROGRESS_QUERY = 'dataflowProgress';
/** Update that resolves a submission: its execution id, or `none`. */
export const RESOLVE_UPDATE = 'dataflowResolveSubmission';
/** Memo: what the runs that did not complete left behind, by submission. */
export const FAILED_RUNS_MEMO = 'dataflowFailedRuns';

/** Memo of a workflow that `startPipeline` started: pipeline, key, and a digest of its input. */
export const PIPELINE_MEMO = 'dataflowPipeline';

/** Memo of a workflow that the schedule of a pipeline started: a digest of the schedule as it was applied. */
export const SCHEDULE_MEMO = 'dataflowSchedule';

/** Updates of a pipeline: PipelineMessage without its `kind`. */
export const PIPELINE_UPDATES = {
  pause: 'dataflowPause',
  resume: 'dataflowResume',
  cancelStep: 'dataflowCancelStep',
  retryStep: 'dataflowRetryStep',
  skipStep: 'dataflowSkipStep',
  approve: 'dataflowApprove',
} as const;
/** Query: plan, parameters and PipelineState of the pipeline; what `rerun` takes. */
export const PIPELINE_STATE_QUERY = 'dataflowPipelineState';
/** Signal of a pipeline to the one within it: hand yourself over, I continue as new. */
export const SUSPEND_SIGNAL = 'dataflowSuspend';

/** The profile that an input without a name means. */
export const DEFAULT_PROFILE = 'default';

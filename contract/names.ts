/** Names that histories hold and other languages use. They are never renamed after release. */

export const RUN_JOB_WORKFLOW = 'dataflowRunJob';
export const RUN_REMOTE_WORKFLOW_WORKFLOW = 'dataflowRunRemoteWorkflow';
export const RUN_PIPELINE_WORKFLOW = 'dataflowRunPipeline';
/** Workflow whose id is a lock: one for each workflow of the service that is being run. */
export const REMOTE_LOCK_WORKFLOW = 'dataflowRemoteWorkflowLock';
/** Signal to the lock workflow: its holder releases the lock. */
export const RELEASE_SIGNAL = 'dataflowRelease';
/** Query: AllProgress of the workflow. A closed workflow answers it too. */
export const PROGRESS_QUERY = 'dataflowProgress';
/** Update: ResolveSubmission. */
export const RESOLVE_UPDATE = 'dataflowResolveSubmission';
/** Memo: failed runs and the executions that may still run, by submission. */
export const FAILED_RUNS_MEMO = 'dataflowFailedRuns';

/** Memo of a workflow that `startPipeline` started: pipeline, key, and digest of the input. */
export const PIPELINE_MEMO = 'dataflowPipeline';

/** Memo of a workflow that the schedule of a pipeline started: a digest of the schedule as it was applied. */
export const SCHEDULE_MEMO = 'dataflowSchedule';

/** Runs a pipeline for scheduled times that have passed. */
export const BACKFILL_WORKFLOW = 'dataflowBackfill';
/** Query: BackfillProgress. */
export const BACKFILL_QUERY = 'dataflowBackfillProgress';

/** Gate of a group of runs: queue, holders, limit. */
export const GROUP_WORKFLOW = 'dataflowGroup';
/** Signals to a gate. Input: EnterGroup, LeaveGroup, GroupSettings. */
export const GROUP_SIGNALS = {
  enter: 'dataflowEnterGroup',
  leave: 'dataflowLeaveGroup',
  set: 'dataflowSetGroup',
} as const;
/** Signal from a gate to the workflow of a member: GroupAnswer. */
export const GROUP_ANSWER_SIGNAL = 'dataflowGroupAnswer';
/** Query of a gate: GroupView; input GroupQuery. */
export const GROUP_VIEW_QUERY = 'dataflowGroupView';
/** Query of a gate: its whole state, which a gate that follows takes over. */
export const GROUP_STATE_QUERY = 'dataflowGroupState';

/** Classifies the active executions of the service by who waits for them. */
export const AUDIT_WORKFLOW = 'dataflowAudit';

/** Updates of a pipeline. Input: MessageInput. */
export const PIPELINE_UPDATES = {
  pause: 'dataflowPause',
  resume: 'dataflowResume',
  cancelStep: 'dataflowCancelStep',
  retryStep: 'dataflowRetryStep',
  skipStep: 'dataflowSkipStep',
  approve: 'dataflowApprove',
} as const;
/** Query: plan, parameters and state of the pipeline, from which a rerun continues. */
export const PIPELINE_STATE_QUERY = 'dataflowPipelineState';
/** Signal from a pipeline to its child pipelines: end with your state, because the parent continues as new. */
export const SUSPEND_SIGNAL = 'dataflowSuspend';

/** Profile of inputs that name none. */
export const DEFAULT_PROFILE = 'default';

/** Wire names: what stands in histories and is called from other languages. Once released, never renamed. */

export const RUN_JOB_WORKFLOW = 'dataflowRunJob';
export const RUN_REMOTE_WORKFLOW_WORKFLOW = 'dataflowRunRemoteWorkflow';
/** Query: {@link RunProgress} or RemoteRunProgress of every run in the workflow; answers after the close as well. */
export const PROGRESS_QUERY = 'dataflowProgress';
/** Update: names the execution of a held submission, or says `none`. */
export const RESOLVE_UPDATE = 'dataflowResolveSubmission';
/** Memo: what the runs that did not complete left behind, by submission. */
export const RUN_MEMO = 'dataflowRun';

/** The profile that an input without a name means. */
export const DEFAULT_PROFILE = 'default';

import type { PipelineProgress } from './pipeline-run.js';
import type { RemoteRunProgress } from './remote-run.js';
import type { RunProgress } from './run.js';

/**
 * What the query `dataflowProgress` of a workflow answers, also after its close: where everything stands that it runs, by
 * submission or, of a pipeline, by `run.key`.
 */
export type AllProgress = Readonly<
  Record<string, RunProgress | RemoteRunProgress | PipelineProgress>
>;

export const pipelinesOf = (all: AllProgress): readonly PipelineProgress[] =>
  Object.values(all).filter((one) => 'pipeline' in one);

export const jobRunsOf = (all: AllProgress): readonly RunProgress[] =>
  Object.values(all).filter((one) => 'jobId' in one);

/** Runs of workflows of the service. */
export const remoteRunsOf = (all: AllProgress): readonly RemoteRunProgress[] =>
  Object.values(all).filter((one) => 'workflowId' in one);

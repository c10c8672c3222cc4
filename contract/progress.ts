import type { PipelineProgress } from './pipeline-run.js';
import type { RemoteRunProgress } from './remote-run.js';
import type { RunProgress } from './run.js';

/**
 * Answer of the query `dataflowProgress`: the progress of each run in a workflow. A job or a remote workflow is named
 * by its submission, a pipeline by `run.key`. A closed workflow answers it too.
 */
export type AllProgress = Readonly<
  Record<string, RunProgress | RemoteRunProgress | PipelineProgress>
>;

export const pipelinesOf = (all: AllProgress): readonly PipelineProgress[] =>
  Object.values(all).filter((one) => 'pipeline' in one);

export const jobRunsOf = (all: AllProgress): readonly RunProgress[] =>
  Object.values(all).filter((one) => 'jobId' in one);

export const remoteRunsOf = (all: AllProgress): readonly RemoteRunProgress[] =>
  Object.values(all).filter((one) => 'workflowId' in one);

// The bundler is given this module (worker/plugin.ts) to load once for all workflows of a worker: what it names, and
// what that imports, is evaluated when the worker starts and not for each workflow. Nothing of it may keep state in a
// variable: what belongs to a workflow is kept by workflow-state.ts. It is listed as having side effects in
// package.json, or the bundler would leave it out.
import { interceptors } from './interceptors.js';
import { dataflowApi } from './operations.js';
import { startJob } from './run-job.js';
import { startPipelineRun } from './run-pipeline.js';
import { startRemoteWorkflow } from './run-remote-workflow.js';

export const LOADED_ONCE = [
  startJob,
  startPipelineRun,
  startRemoteWorkflow,
  dataflowApi,
  interceptors,
] as const;

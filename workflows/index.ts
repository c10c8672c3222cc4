// A registry: every function exported here becomes a workflow of the worker that loads it.
export { dataflowRunJob } from './dataflow-run-job.js';
export { dataflowRunRemoteWorkflow } from './dataflow-run-remote-workflow.js';
export { dataflowRunPipeline } from './dataflow-run-pipeline.js';
export { dataflowAudit } from './dataflow-audit.js';
export { dataflowBackfill } from './dataflow-backfill.js';
export { dataflowGroup } from './dataflow-group.js';
export { dataflowRemoteWorkflowLock } from './dataflow-remote-workflow-lock.js';

// Workflows of a worker of these examples: its own, and those of the package.
export * from 'temporal-ncloud-dataflow/workflows';
export { oneJob } from './one-job.js';
export { loadDay } from './own-workflow.js';

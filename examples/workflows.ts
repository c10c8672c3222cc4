// What a worker of these examples loads: its own workflows beside those of the package.
export * from 'temporal-ncloud-dataflow/workflows';
export { oneJob } from './one-job.js';
export { loadDay } from './own-workflow.js';

// Ours: a pipeline as data.
export { dataflowRunPipeline } from '../../workflows/index.js';

// Pipelines as data: written in TypeScript or YAML, checked, before anything runs.
export { definePipeline, InvalidPipelineError, type PipelineSpec } from './spec/define-pipeline.js';
export {
  readPipelineYaml,
  type ReadPipeline,
  type ReadPipelineOptions,
} from './spec/read-pipeline-yaml.js';
export { pipelineJsonSchema } from './spec/json-schema.js';
export type { WrittenPipeline, WrittenStep } from './spec/pipeline-schema.js';
export type { ParameterType, ParameterValue, RunsRule } from '../contract/pipeline.js';

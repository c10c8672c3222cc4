// Pipeline definitions in TypeScript or YAML, and their checks.
export {
  definePipeline,
  InvalidPipelineError,
  type PipelineSpec,
} from './definition/define-pipeline.js';
export {
  readPipelineYaml,
  type ReadPipeline,
  type ReadPipelineOptions,
} from './definition/read-pipeline-yaml.js';
export {
  simulatePipeline,
  type SimulatedOutcome,
  type SimulatedStart,
  type Simulation,
  type SimulationOptions,
} from './simulate-pipeline.js';
export { pipelineJsonSchema } from './definition/pipeline-schema.js';
export type { WrittenPipeline, WrittenStep } from './definition/pipeline-schema.js';
export type { ParameterType, ParameterValue, RunIf } from '../contract/pipeline.js';

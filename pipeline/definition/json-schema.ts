import { z } from 'zod';
import { pipelineSchema } from './pipeline-schema.js';

/** Where an editor finds the schema without the package. */
const ID = 'urn:temporal-ncloud-dataflow:pipeline';

/** JSON Schema (draft 7, which editors know) of a pipeline as it is written. */
export const pipelineJsonSchema = (): Readonly<Record<string, unknown>> => ({
  $id: ID,
  title: 'NAVER Cloud Data Flow pipeline for Temporal',
  ...z.toJSONSchema(pipelineSchema, { io: 'input', target: 'draft-7' }),
});

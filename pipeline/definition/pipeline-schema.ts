import { z } from 'zod';
import { closed, extensible, oneOf, filledText, whole } from './closed-object.js';
import { duration, jobOptions, name, parameterName, template } from './members.js';
import { SPEC_LIMITS } from './plain-data.js';
import { schedule } from './schedule-schema.js';
import {
  activityStep,
  approvalStep,
  jobStep,
  pipelineStepOf,
  remoteWorkflowStep,
  waitStep,
} from './step-schemas.js';

/** Properties that say what a step runs, in the order of the union of steps below. */
export const STEP_KINDS = [
  'job',
  'remoteWorkflow',
  'activity',
  'pipeline',
  'approval',
  'wait',
] as const;
export const SAY_WHAT_IT_RUNS = `must have one of ${STEP_KINDS.join(', ')}`;
export const FILE_OR_PIPELINE = 'must be a pipeline, or the path of a file with one';

const ENUM = 'must be a list of strings or numbers';

const head = {
  $schema: z.string().describe('Where editors find the schema; ignored.').exactOptional(),
  pipeline: name.describe('Name of the pipeline.'),
  description: filledText.describe('For people.').exactOptional(),
  parameters: z
    .record(
      parameterName,
      closed(
        {
          type: oneOf(['string', 'number', 'boolean', 'list']).describe('Type of its value.'),
          default: template.describe('Value if the caller sets none.').exactOptional(),
          enum: z
            .array(z.union([z.string(), z.number()], ENUM), ENUM)
            .min(1, ENUM)
            .max(1_000, 'must have at most 1000 values')
            .readonly()
            .describe('The values that are accepted; of a list, for each item.')
            .exactOptional(),
          pattern: z
            .string('must be a regular expression')
            .min(1, 'must be a regular expression')
            .max(200, 'must have at most 200 characters')
            .describe('Regular expression (RE2) that a string matches; of a list, each item.')
            .exactOptional(),
          min: z.number('must be a number').describe('Least value of a number.').exactOptional(),
          max: z.number('must be a number').describe('Greatest value of a number.').exactOptional(),
          description: filledText.describe('For people.').exactOptional(),
        },
        'must be an object, e.g. { type: string }',
      ),
      'must be an object with names and types, e.g. { date: { type: string } }',
    )
    .describe('Values that a caller sets; expressions read them as params.<name>.')
    .exactOptional(),
  schedule: schedule
    .describe('When it runs by itself; dataflow schedule apply puts it in force.')
    .exactOptional(),
  runTimeout: duration.describe('Limit of the whole run. Default none.').exactOptional(),
  concurrency: whole(1, 500)
    .describe('Most items of all steps at once, 1 to 500. Default 10.')
    .exactOptional(),
  onFailure: oneOf(['stop', 'continue', 'hold'])
    .describe(
      'After a failed step: stop (default) starts nothing new; continue runs what does not need it; ' +
        'hold keeps the run open to be repaired.',
    )
    .exactOptional(),
  holdFor: duration
    .describe('How long a failed run stays open under onFailure: hold. Default 7d.')
    .exactOptional(),
  finallyTimeout: duration
    .describe('Limit of all steps of finally together. Default 10m.')
    .exactOptional(),
  defaults: closed(jobOptions, 'must be an object, e.g. { onBusy: fail }')
    .meta(
      extensible(
        'For every job step. A value of the step takes precedence; retry and parameters are merged property by property.',
      ),
    )
    .exactOptional(),
} as const;

const nested: z.ZodType<string | WrittenPipeline, string | WrittenPipeline> = z.union(
  [z.string().min(1), z.lazy(() => pipelineSchema)],
  FILE_OR_PIPELINE,
);
const pipelineStep = pipelineStepOf(nested);

export type WrittenJobStep = z.input<typeof jobStep>;
export type WrittenRemoteWorkflowStep = z.input<typeof remoteWorkflowStep>;
export type WrittenActivityStep = z.input<typeof activityStep>;
export type WrittenApprovalStep = z.input<typeof approvalStep>;
export type WrittenWaitStep = z.input<typeof waitStep>;
export type WrittenPipelineStep = z.input<typeof pipelineStep>;
export type WrittenStep =
  | WrittenJobStep
  | WrittenRemoteWorkflowStep
  | WrittenActivityStep
  | WrittenPipelineStep
  | WrittenApprovalStep
  | WrittenWaitStep;
type WrittenHead = z.input<z.ZodObject<typeof head, z.core.$strict>>;
export type WrittenDefaults = NonNullable<WrittenHead['defaults']>;

/** A pipeline definition in which every property has the right shape. */
export interface WrittenPipeline extends WrittenHead {
  readonly steps: Readonly<Record<string, WrittenStep>>;
  readonly finally?: Readonly<Record<string, WrittenJobStep | WrittenActivityStep>>;
}

const step = z.union(
  [jobStep, remoteWorkflowStep, activityStep, pipelineStep, approvalStep, waitStep],
  SAY_WHAT_IT_RUNS,
);
const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const STEPS = 'must be an object with steps by name, e.g. { extract: { job: sales-extract } }';

const FINALLY =
  'must be an object with jobs and activities by name, e.g. { tell: { activity: sendReport } }';
const MAX_FINALLY = 50;

/** Schema of pipeline definitions: the source of their checks, types and JSON Schema. */
export const pipelineSchema: z.ZodType<WrittenPipeline, WrittenPipeline> = closed(
  {
    ...head,
    steps: z
      .record(name, step, STEPS)
      .refine((steps) => Object.keys(steps).length > 0, STEPS)
      .refine(
        (steps) => Object.keys(steps).length <= SPEC_LIMITS.steps,
        // Also checked if steps have problems, because all problems are reported together.
        {
          error: `must have at most ${SPEC_LIMITS.steps} steps`,
          when: ({ value }) => isObject(value),
        },
      )
      .meta({
        description:
          'What runs, by name, 1 to 1000. The order of writing has no meaning; needs has.',
        ...{ minProperties: 1, maxProperties: SPEC_LIMITS.steps },
      }),
    finally: z
      .record(name, z.union([jobStep, activityStep], FINALLY), FINALLY)
      .refine((steps) => Object.keys(steps).length > 0, FINALLY)
      .refine((steps) => Object.keys(steps).length <= MAX_FINALLY, {
        error: `must have at most ${MAX_FINALLY} steps`,
        when: ({ value }) => isObject(value),
      })
      .meta({
        description:
          'Jobs and activities that run once all steps have ended, also after a failure, a cancel and runTimeout; by name, 1 to 50.',
        ...{ minProperties: 1, maxProperties: MAX_FINALLY },
      })
      .exactOptional(),
  },
  'must be an object with pipeline and steps',
).meta(extensible('A pipeline of NAVER Cloud Data Flow jobs.'));

/** Id of the JSON Schema; it is no address. */
const ID = 'urn:temporal-ncloud-dataflow:pipeline';

/** JSON Schema of pipeline definitions, draft 7 for the sake of editors. */
export const pipelineJsonSchema = (): Readonly<Record<string, unknown>> => ({
  $id: ID,
  title: 'NAVER Cloud Data Flow pipeline for Temporal',
  ...z.toJSONSchema(pipelineSchema, { io: 'input', target: 'draft-7' }),
});

import { z } from 'zod';
import type { ParameterValue } from '../../contract/pipeline.js';
import { closed, extensible, fitting, filledText, whole } from './closed-object.js';
import {
  activityRetry,
  duration,
  expression,
  jobOptions,
  name,
  remoteOptions,
  template,
} from './members.js';
import { RUN_IF } from '../planner/plan-shape.js';
import { SPEC_LIMITS } from './plain-data.js';

const meanings = Object.entries(RUN_IF).map(([rule, meaning]) => `${rule}: ${meaning}`);
const runIf = z
  .enum(
    Object.keys(RUN_IF) as (keyof typeof RUN_IF)[],
    `must be one of ${Object.keys(RUN_IF).join(', ')}`,
  )
  .describe(`How the needs must have ended. ${meanings.join('; ')}. Default: allSucceeded.`);

const every = {
  needs: z
    .array(name, 'must be a list of steps, e.g. [extract]')
    .max(SPEC_LIMITS.steps, `must have at most ${SPEC_LIMITS.steps} steps`)
    .readonly()
    .describe('Steps that must have ended before this one starts.')
    .exactOptional(),
  runIf: runIf.exactOptional(),
  when: expression('must be one expression, e.g. ${{ params.full }}')
    .describe('Expression; if its value is false, the step is skipped.')
    .exactOptional(),
} as const;

const FOR_EACH = 'must be a list, or one expression that gives one';
/** A list in a pipeline definition. */
export const list: z.ZodType<readonly ParameterValue[], readonly ParameterValue[]> = z
  .array(
    z.lazy(() => z.union([z.string(), z.number(), z.boolean(), list], FOR_EACH)),
    FOR_EACH,
  )
  .readonly();
const MAX_PARALLEL = 'must be an integer from 1 to 500, or one expression that gives one';
const repeated = {
  ...every,
  forEach: z
    .union([expression(FOR_EACH), list], FOR_EACH)
    .describe('The step runs once for each item of this list; expressions see `item` and `index`.')
    .exactOptional(),
  maxParallel: z
    .union([whole(1, 500), expression(MAX_PARALLEL)], MAX_PARALLEL)
    .describe("Most items of this step at once. Default the pipeline's concurrency.")
    .exactOptional(),
} as const;

const STEP = 'must be an object';
const JOB = 'must be the id or the name of a job, or one expression that gives its id';
const REFERENCE = /^[A-Za-z0-9_-]{1,100}$/;

export const jobStep = closed(
  {
    job: z
      .union([fitting(REFERENCE, JOB), expression(JOB)], JOB)
      .describe(
        'The job to run: its id, its name where only one job has it, or one expression that gives its id.',
      ),
    ...repeated,
    ...jobOptions,
  },
  STEP,
).meta(extensible('Runs a job of the service.'));

export const remoteWorkflowStep = closed(
  {
    remoteWorkflow: fitting(REFERENCE, 'must be the id or the name of a workflow').describe(
      'The workflow of the service to run: its id, or its name where only one has it.',
    ),
    ...repeated,
    ...remoteOptions,
  },
  STEP,
).meta(extensible('Runs a workflow of the service.'));

export const activityStep = closed(
  {
    activity: fitting(/^[\w.$-]{1,200}$/, 'must be the name of an activity').describe(
      'Name of an activity of your own worker.',
    ),
    ...repeated,
    with: template.describe('Its one argument; texts may hold expressions.').exactOptional(),
    taskQueue: fitting(/^[^\s${}]{1,200}$/, 'must be the name of a task queue')
      .describe("Default the pipeline's own.")
      .exactOptional(),
    startToCloseTimeout: duration.describe('Limit of one attempt. Default 10m.').exactOptional(),
    scheduleToCloseTimeout: duration.describe('Limit of all attempts.').exactOptional(),
    heartbeatTimeout: duration.describe('Longest silence of an attempt.').exactOptional(),
    retry: activityRetry.exactOptional(),
  },
  STEP,
).meta(extensible('Runs an activity of your own.'));

export const approvalStep = closed(
  {
    approval: closed(
      {
        timeout: duration.describe('Undecided for longer, it fails.').exactOptional(),
        message: filledText
          .describe('Shown to whoever decides; may hold expressions.')
          .exactOptional(),
      },
      'must be an object, e.g. { timeout: 12h }',
    ).describe('Waits for a decision.'),
    ...every,
  },
  STEP,
).meta(extensible('Waits until somebody approves or rejects.'));

const WAIT = 'must be a duration, one expression that gives one, or { until: <time> }';
export const waitStep = closed(
  {
    wait: z
      .union(
        [
          duration,
          expression(WAIT),
          closed(
            {
              until: filledText.describe(
                'Point of time, ISO 8601 with an offset; may be an expression that gives a timestamp.',
              ),
            },
            WAIT,
          ),
        ],
        WAIT,
      )
      .describe('Waits for so long, or until a point of time.'),
    ...every,
  },
  STEP,
).meta(extensible('Waits for a time.'));

/** A step that runs another pipeline. `nested`: the schema of that pipeline. */
export const pipelineStepOf = <Nested extends z.ZodType>(nested: Nested) =>
  closed(
    {
      pipeline: nested.describe('A pipeline, or the file of one, relative to this file.'),
      ...repeated,
      parameters: z
        .record(filledText, template, 'must be an object with names and values')
        .describe('Its parameters; texts may hold expressions.')
        .exactOptional(),
    },
    STEP,
  ).meta(extensible('Runs another pipeline as a child workflow.'));

import { z } from 'zod';
import { DURATION_RULE, DURATION_TEXT, durationMs } from '../../contract/durations.js';
import { PIPELINE_NAME, PIPELINE_NAME_RULE } from '../../contract/pipeline-ids.js';
import type { Template } from '../../contract/pipeline.js';
import { closed, fitting, flag, oneOf, text, whole } from './closed-object.js';

export const name = fitting(PIPELINE_NAME, PIPELINE_NAME_RULE);
/** Without `-`, which an expression reads as minus. */
export const parameterName = fitting(
  /^[A-Za-z_][A-Za-z0-9_]{0,63}$/,
  'must be 1 to 64 letters, digits or _, the first a letter or _',
);

export const duration = z
  .union(
    [z.int(DURATION_RULE).positive(DURATION_RULE), fitting(DURATION_TEXT, DURATION_RULE)],
    DURATION_RULE,
  )
  .refine((value) => durationMs(value) !== undefined, DURATION_RULE);

const EXPRESSION = /^\s*\$\{\{[\s\S]*\}\}\s*$/;
/** A string that is one expression from end to end. */
export const expression = (remedy: string) => fitting(EXPRESSION, remedy);

const countOrExpression = (least: number, most: number, unit: string) => {
  const remedy = `must be an integer from ${least} to ${most}${unit}, or an expression \${{ … }}`;
  const count = z.int(remedy).min(least, remedy).max(most, remedy);
  return z.union([count, fitting(EXPRESSION, remedy)], remedy);
};

/** Plain JSON in which every string may contain expressions `${{ … }}`; evaluated when the step starts. */
export const template: z.ZodType<Template, Template> = z.json('must be plain JSON');

const ATTEMPTS = whole(1, 1_000).describe('Attempts in all, the first included.');
const FIRST_PAUSE = duration.describe('Pause before the second attempt. Default 1m.');
const LONGEST_PAUSE = duration.describe('Longest pause.');
const GROWTH = z
  .number('must be a number from 1 to 100')
  .min(1, 'must be a number from 1 to 100')
  .max(100, 'must be a number from 1 to 100')
  .describe('Factor between a pause and the next. Default 2.');

export const jobRetry = closed(
  {
    maximumAttempts: ATTEMPTS.exactOptional(),
    initialInterval: FIRST_PAUSE.exactOptional(),
    backoffCoefficient: GROWTH.exactOptional(),
    maximumInterval: LONGEST_PAUSE.exactOptional(),
    outcomes: z
      .array(oneOf(['FAILED', 'CANCELED']), 'must be a list of FAILED and CANCELED')
      .min(1, 'must be a list of FAILED and CANCELED')
      .readonly()
      .describe('Statuses after which the job is submitted again. Default [FAILED].')
      .exactOptional(),
  },
  'must be an object, e.g. { maximumAttempts: 3 }',
).describe('New submissions after an execution that did not complete. Default one attempt.');

export const activityRetry = closed(
  {
    maximumAttempts: ATTEMPTS.exactOptional(),
    initialInterval: FIRST_PAUSE.exactOptional(),
    backoffCoefficient: GROWTH.exactOptional(),
    maximumInterval: LONGEST_PAUSE.exactOptional(),
  },
  'must be an object, e.g. { maximumAttempts: 3 }',
).describe("Temporal's retries of the activity.");

const TEXTS = 'must be a string: write it in quotes where it looks like a number';
/** What a job step and `defaults` share: run settings of the job, and the options of runJob. */
export const jobOptions = {
  parameters: z
    .record(text, z.string(TEXTS), 'must be an object whose values are strings')
    .describe('Parameters of a SCRIPT job; each value must be a string after evaluation.')
    .exactOptional(),
  numWorker: countOrExpression(2, 10, '').describe('Workers, 2 to 10.').exactOptional(),
  timeout: countOrExpression(1, 1_440, ' (minutes)')
    .describe('Longest time of one execution at the service, in minutes, 1 to 1440.')
    .exactOptional(),
  nrn: text.describe('Role that the job runs under.').exactOptional(),
  scriptPath: text.describe('Object Storage path of the generated script.').exactOptional(),
  logPath: text.describe('Object Storage path of the Spark history log.').exactOptional(),
  workerType: text.describe('Documented until 2026-08 only.').exactOptional(),
  profile: fitting(/^[\w.-]{1,100}$/, 'must be the name of a profile of the worker')
    .describe('Profile of the worker. Default `default`.')
    .exactOptional(),
  runTimeout: duration
    .describe('Limit of the whole step: attempts, pauses and queueing.')
    .exactOptional(),
  retry: jobRetry.exactOptional(),
  onBusy: oneOf(['wait', 'fail', 'join'])
    .describe(
      'Job at its limit of executions: wait for capacity, fail, or join an execution. Default wait.',
    )
    .exactOptional(),
  onCancel: oneOf(['cancel', 'abandon'])
    .describe('What a cancel does to the execution. Default cancel.')
    .exactOptional(),
  onAmbiguous: oneOf(['fail', 'hold'])
    .describe(
      'A submission whose outcome stays unknown after reconciling: fail, or hold until it is resolved. Default fail.',
    )
    .exactOptional(),
  cleanupTimeout: duration
    .describe('Limit for reconciling and canceling after a cancel or runTimeout. Default 1h.')
    .exactOptional(),
  runKeyParameter: text
    .describe('Name of a job parameter that receives the submission key: matches become exact.')
    .exactOptional(),
  exclusive: flag
    .describe(
      'Set true only if nothing else starts this job: a submission whose answer was lost can then be matched with certainty. Default false.',
    )
    .exactOptional(),
  waitTaskQueue: text
    .describe("Task queue whose workers wait for the execution. Default the workflow's own.")
    .exactOptional(),
} as const;

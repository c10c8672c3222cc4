import { z } from 'zod';
import { DURATION_TEXT, durationMs } from '../../contract/durations.js';
import { PIPELINE_NAME } from '../../contract/pipeline-ids.js';
import type { Template } from '../../contract/pipeline.js';
import { closed, fitting, flag, oneOf, text, whole } from './closed-object.js';

const NAME_REMEDY = 'give 1 to 64 letters, digits, _ or -, the first a letter or _';
export const name = fitting(PIPELINE_NAME, NAME_REMEDY);
/** Without `-`, which an expression reads as minus. */
export const parameterName = fitting(
  /^[A-Za-z_][A-Za-z0-9_]{0,63}$/,
  'give 1 to 64 letters, digits or _, the first no digit',
);

const DURATION_REMEDY = 'give ms, or a text such as 90s, 2h 30m, 1d';
export const duration = z
  .union(
    [z.int(DURATION_REMEDY).positive(DURATION_REMEDY), fitting(DURATION_TEXT, DURATION_REMEDY)],
    DURATION_REMEDY,
  )
  .refine((value) => durationMs(value) !== undefined, DURATION_REMEDY);

const EXPRESSION = /^\s*\$\{\{[\s\S]*\}\}\s*$/;
/** A text that is one expression from end to end. */
export const expression = (remedy: string) => fitting(EXPRESSION, remedy);

const countOrExpression = (least: number, most: number, unit: string) => {
  const remedy = `give ${least} to ${most}${unit}, or an expression \${{ … }}`;
  const count = z.int(remedy).min(least, remedy).max(most, remedy);
  return z.union([count, fitting(EXPRESSION, remedy)], remedy);
};

/** Plain JSON in which every text may hold expressions. */
export const template: z.ZodType<Template, Template> = z.json('give plain JSON');

const ATTEMPTS = whole(1, 1_000).describe('Attempts in all, the first included.');
const FIRST_PAUSE = duration.describe('Pause before the second attempt. Default 1m.');
const LONGEST_PAUSE = duration.describe('Longest pause.');
const GROWTH = z
  .number('give a number, 1 or more')
  .min(1, 'give a number, 1 or more')
  .max(100, 'give 100 at most')
  .describe('By what each further pause is longer. Default 2.');

export const jobRetry = closed(
  {
    maximumAttempts: ATTEMPTS.exactOptional(),
    initialInterval: FIRST_PAUSE.exactOptional(),
    backoffCoefficient: GROWTH.exactOptional(),
    maximumInterval: LONGEST_PAUSE.exactOptional(),
    outcomes: z
      .array(oneOf(['FAILED', 'CANCELED']), 'give a list of FAILED and CANCELED')
      .min(1, 'give a list of FAILED and CANCELED')
      .readonly()
      .describe('Which ends are tried again. Default [FAILED].')
      .exactOptional(),
  },
  'give an object, e.g. { maximumAttempts: 3 }',
).describe('New submissions after an execution that ended badly. Default one attempt.');

export const activityRetry = closed(
  {
    maximumAttempts: ATTEMPTS.exactOptional(),
    initialInterval: FIRST_PAUSE.exactOptional(),
    backoffCoefficient: GROWTH.exactOptional(),
    maximumInterval: LONGEST_PAUSE.exactOptional(),
  },
  'give an object, e.g. { maximumAttempts: 3 }',
).describe("Temporal's retries of the activity.");

const TEXTS = 'give a text: parameters of a job are texts, in quotes where they look like numbers';
/** What a job step and `defaults` share: run settings of the job, and the options of runJob. */
export const jobOptions = {
  parameters: z
    .record(text, z.string(TEXTS), 'give names and texts')
    .describe('Parameters of a SCRIPT job; each must come out as a text.')
    .exactOptional(),
  numWorker: countOrExpression(2, 10, '').describe('Workers, 2 to 10.').exactOptional(),
  timeout: countOrExpression(1, 1_440, ' (minutes)')
    .describe('Longest time of one execution at the service, in minutes, 1 to 1440.')
    .exactOptional(),
  nrn: text.describe('Role that the job runs under.').exactOptional(),
  scriptPath: text.describe('Object Storage path of the generated script.').exactOptional(),
  logPath: text.describe('Object Storage path of the Spark history log.').exactOptional(),
  workerType: text.describe('Documented until 2026-08 only.').exactOptional(),
  profile: fitting(/^[\w.-]{1,100}$/, 'give the name of a profile of the worker')
    .describe('Profile of the worker. Default `default`.')
    .exactOptional(),
  runTimeout: duration
    .describe('Limit of the whole step: attempts, pauses and queueing.')
    .exactOptional(),
  retry: jobRetry.exactOptional(),
  onBusy: oneOf(['wait', 'fail', 'join'])
    .describe('Job at its limit of executions: wait for a place, fail, or join one. Default wait.')
    .exactOptional(),
  onCancel: oneOf(['cancel', 'abandon'])
    .describe('What a cancel does to the execution. Default cancel.')
    .exactOptional(),
  onAmbiguous: oneOf(['fail', 'hold'])
    .describe('A start whose outcome stays unknown after reconciling: fail, or ask. Default fail.')
    .exactOptional(),
  cleanupTimeout: duration
    .describe('How long looking and stopping go on after a cancel or runTimeout. Default 1h.')
    .exactOptional(),
  runKeyParameter: text
    .describe("Name of a parameter that is given the submission's key: matches become exact.")
    .exactOptional(),
  exclusive: flag
    .describe('Your word that nobody else starts this job. Default false.')
    .exactOptional(),
  waitTaskQueue: text
    .describe("Task queue whose workers wait for the execution. Default the workflow's own.")
    .exactOptional(),
} as const;

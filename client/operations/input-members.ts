import { z } from 'zod';
import { ID } from '../../contract/ids.js';
import type { JobCondition } from '../../contract/job.js';
import { JOB_CONDITION_OPTIONS } from '../../contract/run-options.js';
import { DAYS_OF_WEEK, type TriggerRule } from '../../contract/trigger.js';
import { problemsOf, type Rule } from '../../contract/validate.js';

/** @param remedy message about every other value, also about a missing one */
export const textLike = (pattern: RegExp, remedy: string) =>
  z.string(remedy).regex(pattern, remedy);

export const integerWithin = (least: number, most: number, remedy: string) =>
  z.int(remedy).min(least, remedy).max(most, remedy);

export const anyText = z
  .string('must be a string that is not empty')
  .min(1, 'must be a string that is not empty');
export const flag = z.boolean('must be true or false');

export const id = textLike(
  ID,
  'must be an id as the service shows it: 1 to 100 letters, digits, _ or -',
);

/** Names of jobs, workflows and triggers (NOTES §3). */
export const resourceName = textLike(
  /^[A-Za-z_][A-Za-z0-9_-]{2,99}$/,
  'must be 3 to 100 letters, digits, _ or -, the first a letter or _',
);

const MOST = Number.MAX_SAFE_INTEGER;
export const paging = {
  page: integerWithin(0, MOST, 'must be an integer of at least 0')
    .describe('page, from 0')
    .exactOptional(),
  limit: integerWithin(1, MOST, 'must be an integer of at least 1')
    .describe('rows per page; the service gives 1000')
    .exactOptional(),
} as const;

const SECONDS = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;
/** Wall clock of the service, without offset. */
export const wallClock = textLike(
  SECONDS,
  'must be YYYY-MM-DDTHH:mm:ss, Korean local time without offset',
);

export const maxConcurrentRuns = integerWithin(
  1,
  MOST,
  'must be an integer of at least 1',
).describe('most executions at once');

const JOB_CONDITION: Rule = {
  kind: 'object',
  options: JOB_CONDITION_OPTIONS,
  example: '{"numWorker": 4, "timeout": 60}',
};
export const jobCondition = z.unknown().superRefine((value, context) => {
  for (const { path, message } of problemsOf(JOB_CONDITION, value))
    context.addIssue({ code: 'custom', path: [...path], message });
}) as unknown as z.ZodType<JobCondition>;

const HOUR_OR_TIME =
  'must be a minute from 00 to 59 if interval is HOUR, otherwise a time of day such as 02:00';
const recurring = { type: z.literal('RECURRING') } as const;
const timeOfDay = textLike(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/, HOUR_OR_TIME);
const DAYS_REMEDY = `must be a list of ${DAYS_OF_WEEK.join(', ')} if interval is WEEK`;

const byInterval = z.discriminatedUnion(
  'interval',
  [
    z.strictObject({
      ...recurring,
      interval: z.literal('HOUR'),
      time: textLike(/^[0-5]\d$/, HOUR_OR_TIME),
    }),
    z.strictObject({ ...recurring, interval: z.literal('DAY'), time: timeOfDay }),
    z.strictObject({
      ...recurring,
      interval: z.literal('WEEK'),
      time: timeOfDay,
      dayOfWeek: z
        .array(z.enum(DAYS_OF_WEEK, `must be one of ${DAYS_OF_WEEK.join(', ')}`), DAYS_REMEDY)
        .min(1, DAYS_REMEDY),
    }),
    z.strictObject({
      ...recurring,
      interval: z.literal('MONTH'),
      time: timeOfDay,
      dateOfMonth: textLike(
        /^([1-9]|[12]\d|3[01]|-1)$/,
        'must be "1" to "31", or "-1" for the last day, if interval is MONTH',
      ),
    }),
  ],
  'must be HOUR, DAY, WEEK or MONTH if type is RECURRING',
);

export const triggerRule: z.ZodType<TriggerRule> = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('NONE') }),
    z.strictObject({
      type: z.literal('ONE_TIME'),
      executionDate: z
        .string('must be a date such as 2026-11-30T02:00:00 if type is ONE_TIME')
        .min(1, 'must be a date such as 2026-11-30T02:00:00 if type is ONE_TIME'),
    }),
    byInterval,
  ],
  'must be an object with type RECURRING, ONE_TIME or NONE',
);

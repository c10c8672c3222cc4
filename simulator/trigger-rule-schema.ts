import { z } from 'zod';
import { readWireDate } from './wire-date.js';
import { DAYS_OF_WEEK, type TriggerRule, type TriggerScript } from './workflow-script.js';

/** A rule in a script or a request. Properties that its type does not need are stored and ignored. */
export const triggerRule: z.ZodType<TriggerRule> = z
  .object({
    type: z.enum(['RECURRING', 'ONE_TIME', 'NONE']),
    interval: z.enum(['HOUR', 'DAY', 'WEEK', 'MONTH']).exactOptional(),
    time: z.string().exactOptional(),
    dayOfWeek: z.array(z.enum(DAYS_OF_WEEK)).exactOptional(),
    dateOfMonth: z.string().exactOptional(),
    executionDate: z.string().exactOptional(),
  })
  .superRefine((rule, context) => {
    for (const [member, message] of ruleProblems(rule)) {
      context.issues.push({ code: 'custom', message, path: [member], input: rule });
    }
  });

/** Property and message. The form of executionDate is not documented. */
function* ruleProblems(rule: TriggerRule): Generator<readonly [keyof TriggerRule, string]> {
  const { type, interval, time = '', dayOfWeek = [], dateOfMonth = '' } = rule;
  if (type === 'ONE_TIME' && readWireDate(rule.executionDate ?? '', 'allowed') === undefined) {
    yield ['executionDate', 'must be a date such as 2026-11-30T02:00:00 if type is ONE_TIME'];
  }
  if (type !== 'RECURRING') return;
  if (interval === undefined)
    yield ['interval', 'must be HOUR, DAY, WEEK or MONTH if type is RECURRING'];
  const form = interval === 'HOUR' ? /^[0-5]\d$/ : /^([01]\d|2[0-3]):[0-5]\d$/;
  if (!form.test(time)) {
    yield [
      'time',
      interval === 'HOUR' ? 'must be a minute from 00 to 59' : 'must be a time such as 02:00',
    ];
  }
  if (interval === 'WEEK' && dayOfWeek.length === 0)
    yield ['dayOfWeek', 'must have a day if interval is WEEK'];
  if (interval === 'MONTH' && !/^([1-9]|[12]\d|3[01]|-1)$/.test(dateOfMonth)) {
    yield ['dateOfMonth', 'must be 1 to 31, or -1, if interval is MONTH'];
  }
}

/** A trigger of type SCHEDULED must have a schedule, and no other may (inferred). */
export function typeProblem(
  type: NonNullable<TriggerScript['type']>,
  rule: TriggerRule,
): string | undefined {
  return (type === 'SCHEDULED') === (rule.type !== 'NONE')
    ? undefined
    : `a trigger of type ${type} cannot have a rule of type ${rule.type}`;
}

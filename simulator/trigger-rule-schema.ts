import { z } from 'zod';
import { readWireDate } from './wire-date.js';
import { DAYS_OF_WEEK, type TriggerRule, type TriggerScript } from './workflow-script.js';

/** What the API takes and a script can say; members that its type does not need are kept and mean nothing. */
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

/** The member that is wrong, and why. The form of executionDate is on no page. */
function* ruleProblems(rule: TriggerRule): Generator<readonly [keyof TriggerRule, string]> {
  const { type, interval, time = '', dayOfWeek = [], dateOfMonth = '' } = rule;
  if (type === 'ONE_TIME' && readWireDate(rule.executionDate ?? '', 'allowed') === undefined) {
    yield ['executionDate', 'ONE_TIME needs a date like 2026-11-30T02:00:00'];
  }
  if (type !== 'RECURRING') return;
  if (interval === undefined) yield ['interval', 'RECURRING needs HOUR, DAY, WEEK or MONTH'];
  const form = interval === 'HOUR' ? /^[0-5]\d$/ : /^([01]\d|2[0-3]):[0-5]\d$/;
  if (!form.test(time)) {
    yield ['time', interval === 'HOUR' ? 'HOUR needs a minute 00..59' : 'needs a time like 02:00'];
  }
  if (interval === 'WEEK' && dayOfWeek.length === 0) yield ['dayOfWeek', 'WEEK needs a day'];
  if (interval === 'MONTH' && !/^([1-9]|[12]\d|3[01]|-1)$/.test(dateOfMonth)) {
    yield ['dateOfMonth', 'MONTH needs 1 to 31, or -1'];
  }
}

/** A schedule is for triggers of type SCHEDULED, and they need one: inferred. */
export function typeProblem(
  type: NonNullable<TriggerScript['type']>,
  rule: TriggerRule,
): string | undefined {
  return (type === 'SCHEDULED') === (rule.type !== 'NONE')
    ? undefined
    : `a trigger of type ${type} cannot have a rule of type ${rule.type}`;
}

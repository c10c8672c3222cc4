import { z } from 'zod';
import type { TriggerInput } from '../../contract/operation-inputs.js';
import type { Trigger, TriggerRuleView } from '../../contract/trigger.js';
import {
  date,
  checkNewId,
  checkSameId,
  optional,
  optionalText,
  present,
  readAs,
  shown,
  text,
  pageDecoder,
} from './decode.js';

/** Minutes and days of the month are strings in most examples, and numbers in some. */
const numberOrText = z.preprocess(
  (value) => (typeof value === 'number' ? String(value) : value),
  optionalText,
);

const rule: z.ZodType<TriggerRuleView> = z
  .object({
    type: text,
    interval: optionalText,
    time: numberOrText,
    dayOfWeek: shown(z.array(z.string())),
    dateOfMonth: numberOrText,
    executionDate: optionalText,
  })
  .transform(present);

const trigger: z.ZodType<Trigger> = z
  .object({
    triggerId: text,
    name: text,
    type: text,
    triggerRule: optional(rule),
    createdDate: date,
    updatedDate: date,
  })
  .transform(present);

/** @param triggerId undefined for a new trigger @throws Unreadable also if the answer is about another trigger */
export function decodeTrigger(body: unknown, { triggerId }: Partial<TriggerInput>): Trigger {
  const read = readAs(trigger, body);
  if (triggerId === undefined) checkNewId('triggerId', read.triggerId);
  else checkSameId('triggerId', read.triggerId, triggerId);
  return read;
}

export const decodeTriggers = pageDecoder(trigger);

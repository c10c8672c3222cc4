import { z } from 'zod';
import type { TriggerInput } from '../../contract/operation-inputs.js';
import type { Trigger, TriggerRuleView } from '../../contract/trigger.js';
import {
  date,
  newId,
  optional,
  optionalText,
  present,
  readAs,
  shown,
  text,
  pageDecoder,
  inWords,
  Unreadable,
} from './decode.js';

/** Minutes and days of the month are printed as texts and, in places, as numbers. */
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

/** @throws Unreadable also when it is another trigger than the one asked for; a new one has an id of its own */
export function decodeTrigger(body: unknown, { triggerId }: Partial<TriggerInput>): Trigger {
  const read = readAs(trigger, body);
  if (triggerId === undefined) newId('triggerId', read.triggerId);
  else if (read.triggerId !== triggerId)
    throw new Unreadable(
      'triggerId',
      `another trigger than asked for, came ${inWords(read.triggerId)}`,
    );
  return read;
}

export const decodeTriggers = pageDecoder(trigger);

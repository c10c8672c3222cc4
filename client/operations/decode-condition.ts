import { z } from 'zod';
import type { JobCondition } from '../../contract/job.js';
import { optional, optionalText, present, shown, wholeNumber, namedValues } from './decode.js';

/** The service stores parameters as strings. Numbers and booleans are converted, nulls are dropped. */
const asTexts = (entries: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(entries).flatMap(([name, value]) =>
      value === null ? [] : [[name, String(value as string | number | boolean)]],
    ),
  );

const parameters = namedValues(z.union([z.string(), z.number(), z.boolean(), z.null()])).transform(
  asTexts,
);

const members = {
  numWorker: optional(wholeNumber),
  timeout: optional(wholeNumber),
  nrn: optionalText,
  scriptPath: optionalText,
  logPath: optionalText,
  parameters: optional(parameters),
  workerType: optionalText,
} as const;
const condition = z.object(members).transform(present);

/** Names of the run settings in the generations of the documentation (NOTES §5.14). */
export const conditionMembers = {
  jobCondition: optional(condition),
  runCondition: optional(condition),
  /** Misspelt in the first generation. */
  runCondtion: optional(condition),
  /** Beside the run settings in the first two generations, inside them in the third. */
  parameters: optional(parameters),
} as const;

const scalars = namedValues(z.unknown()).transform((entries) =>
  asTexts(Object.fromEntries(Object.entries(entries).filter(([, value]) => isScalar(value)))),
);
const isScalar = (value: unknown): boolean => typeof value !== 'object';
const shownCondition = shown(
  z
    .object({
      numWorker: shown(wholeNumber),
      timeout: shown(wholeNumber),
      nrn: optionalText.catch(undefined),
      scriptPath: optionalText.catch(undefined),
      logPath: optionalText.catch(undefined),
      parameters: shown(scalars),
      workerType: optionalText.catch(undefined),
    })
    .transform(present),
);

/** Run settings of an execution. They are only compared, so unreadable fields are dropped. */
export const shownConditionMembers = {
  jobCondition: shownCondition,
  runCondition: shownCondition,
  runCondtion: shownCondition,
  parameters: shown(scalars),
} as const;

interface Generations {
  readonly jobCondition?: JobCondition | undefined;
  readonly runCondition?: JobCondition | undefined;
  readonly runCondtion?: JobCondition | undefined;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}

/** Run settings under any of the names; `undefined` if there are none. */
export function oneCondition(from: Generations): JobCondition | undefined {
  const given = from.jobCondition ?? from.runCondition ?? from.runCondtion;
  if (from.parameters === undefined || given?.parameters !== undefined) return given;
  return { ...given, parameters: from.parameters };
}

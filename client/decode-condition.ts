import { z } from 'zod';
import type { JobCondition } from '../contract/job.js';
import { optional, optionalText, present, wholeNumber } from './decode-members.js';

/** The service keeps parameters as texts; numbers and booleans are written out, nulls are absent. */
const parameters = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
  .transform((entries) =>
    Object.fromEntries(
      Object.entries(entries).flatMap(([name, value]) =>
        value === null ? [] : [[name, String(value)]],
      ),
    ),
  );

const condition = z
  .object({
    numWorker: optional(wholeNumber),
    timeout: optional(wholeNumber),
    nrn: optionalText,
    scriptPath: optionalText,
    logPath: optionalText,
    parameters: optional(parameters),
    workerType: optionalText,
  })
  .transform(present);

/** The names under which the generations of the documentation give the run settings (NOTES §5.14). */
export const conditionMembers = {
  jobCondition: optional(condition),
  runCondition: optional(condition),
  /** A slip of the first generation. */
  runCondtion: optional(condition),
  /** Beside the condition in the first two generations, inside it in the third. */
  parameters: optional(parameters),
} as const;

interface Generations {
  readonly jobCondition?: JobCondition | undefined;
  readonly runCondition?: JobCondition | undefined;
  readonly runCondtion?: JobCondition | undefined;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
}

/** One condition out of whatever generation's names; `undefined` when none was given. */
export function oneCondition(from: Generations): JobCondition | undefined {
  const given = from.jobCondition ?? from.runCondition ?? from.runCondtion;
  if (from.parameters === undefined || given?.parameters !== undefined) return given;
  return { ...given, parameters: from.parameters };
}

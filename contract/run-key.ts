import type { JobExecution } from './job.js';
import { own } from './own.js';

/** Form of a run key: 28 letters and digits that identify the submission, and three check characters. */
const FORM = /^[0-9a-z]{31}$/;
const BODY_LENGTH = 28;

/**
 * Key that identifies a submission. It holds 128 bits of hash and fits in 32 characters of one case, because a
 * service that cuts or changes parameters could not be told from one that shows another key.
 */
export function runKeyOf(submission: string): string {
  const body = [1, 2, 3, 4].map((seed) => digits(hash(submission, seed), 7)).join('');
  return body + check(body);
}

/**
 * Whether a value is a complete run key of any submission. It then proves that the service shows run keys unchanged.
 */
export const isRunKey = (text: unknown): boolean =>
  typeof text === 'string' &&
  FORM.test(text) &&
  check(text.slice(0, BODY_LENGTH)) === text.slice(BODY_LENGTH);

/** Value that an execution shows for the parameter of run keys. A complete run key wins over another value. */
export function shownRunKey(
  { jobCondition, parsedParameters }: Pick<JobExecution, 'jobCondition' | 'parsedParameters'>,
  parameter: string,
): unknown {
  const values = [
    own(jobCondition?.parameters ?? {}, parameter),
    own(parsedParameters ?? {}, parameter),
  ];
  return values.find(isRunKey) ?? values.find((value) => value !== undefined);
}

const check = (body: string): string => digits(hash(body, 5) % 36 ** 3, 3);

const digits = (value: number, length: number): string => value.toString(36).padStart(length, '0');

/** 32 bits of a text (FNV-1a, its end mixed as MurmurHash3 does), another 32 for each seed. */
function hash(text: string, seed: number): number {
  let bits = Math.imul(0x811c9dc5 ^ seed, 0x9e3779b1);
  for (const letter of text) bits = Math.imul(bits ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

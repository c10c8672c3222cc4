import type { z } from 'zod';
import type { OperationName } from '../../contract/operations.js';
import { INPUTS } from './input-schemas.js';

/** All problems of an input, each with its path and remedy; empty if there are none. */
export function inputProblems(name: OperationName, input: unknown): readonly string[] {
  const schema: z.ZodType = INPUTS[name];
  const result = schema.safeParse(withoutUndefined(input));
  if (result.success) return [];
  const known = Object.keys(INPUTS[name].shape);
  return result.error.issues.flatMap((issue) => problemsOf(issue, known));
}

/** A property whose value is `undefined` counts as absent. */
const withoutUndefined = (input: unknown): unknown =>
  typeof input === 'object' && input !== null && !Array.isArray(input)
    ? Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
    : input;

function problemsOf(issue: z.core.$ZodIssue, known: readonly string[]): readonly string[] {
  const place = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const hint = issue.path.length === 0 ? `; known are ${known.join(', ')}` : '';
    return issue.keys.map(
      (key) => `${place === '' ? key : `${place}.${key}`}: unknown property${hint}`,
    );
  }
  return [place === '' ? `input: ${issue.message}` : `${place}: ${issue.message}`];
}

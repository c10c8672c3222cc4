import type { z } from 'zod';
import { nearestOf } from '../expressions/nearest-name.js';
import { FILE_OR_PIPELINE, SAY_WHAT_IT_RUNS, STEP_KINDS } from './pipeline-schema.js';
import type { SpecPath, SpecProblem } from './problem.js';

type Issue = z.core.$ZodIssue;

/** What the schema found wrong with `input`, one problem a place. */
export const schemaProblems = (error: z.ZodError, input: unknown): readonly SpecProblem[] =>
  error.issues.flatMap((issue) => problemsOf(issue, input, []));

function problemsOf(issue: Issue, input: unknown, above: SpecPath): readonly SpecProblem[] {
  const path = [...above, ...(issue.path as SpecPath)];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const messages = issue.message.split('\n');
      return issue.keys.map((key, place) => ({
        path: [...path, key],
        message: messages[place] ?? 'unknown',
        isKey: true,
      }));
    }
    case 'invalid_key':
      return [{ path, message: issue.issues[0]?.message ?? issue.message, isKey: true }];
    case 'invalid_union':
      return problemsOfUnion(issue, input, path);
    default:
      return [{ path, message: issue.message }];
  }
}

/** A union says in one sentence what it takes, but for steps and nested pipelines, where the written kind decides. */
function problemsOfUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  input: unknown,
  path: SpecPath,
): readonly SpecProblem[] {
  const value = valueAt(input, path);
  const within = (option: number): readonly SpecProblem[] =>
    (issue.errors[option] ?? []).flatMap((inner) => problemsOf(inner, input, path));
  if (issue.message === FILE_OR_PIPELINE && isObject(value)) return within(1);
  if (issue.message !== SAY_WHAT_IT_RUNS) return [{ path, message: issue.message }];
  if (!isObject(value)) return [{ path, message: 'give an object, e.g. { job: sales-extract }' }];
  const kinds = STEP_KINDS.filter((kind) => Object.hasOwn(value, kind));
  const [kind] = kinds;
  if (kind === undefined) return [{ path, message: SAY_WHAT_IT_RUNS + hintForKind(value) }];
  if (kinds.length > 1)
    return [{ path, message: `runs ${kinds.join(' and ')}; only one of them is possible` }];
  return within(STEP_KINDS.indexOf(kind));
}

/** For a kind that was misspelt: `jobb`. */
function hintForKind(step: object): string {
  for (const key of Object.keys(step)) {
    const nearest = nearestOf(key, STEP_KINDS);
    if (nearest !== undefined) return `; did you mean ${nearest} by ${key}?`;
  }
  return '';
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a path; undefined where there is none. */
export function valueAt(root: unknown, path: SpecPath): unknown {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part))
      return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}

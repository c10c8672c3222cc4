import { isRecord } from '../../contract/validate.js';
import type { z } from 'zod';
import { suggest } from '../../contract/suggest.js';
import { MAX_PROBLEMS } from './check-graph.js';
import {
  FILE_OR_PIPELINE,
  pipelineSchema,
  SAY_WHAT_IT_RUNS,
  STEP_KINDS,
} from './pipeline-schema.js';
import type { SpecPath, SpecProblem } from './problem.js';
import type { Sliced } from './sliced.js';

type Issue = z.core.$ZodIssue;

/** Placeholder for a step that is checked separately. */
const ANY_STEP = { job: 'x' };
/** Placeholder for a pipeline that is checked separately. */
const ANY_FILE = 'x';

/** Parameters that are checked in one slice. */
const PARAMETERS_A_SLICE = 500;

/**
 * The first problems that the schema finds, one for each place. One slice for each step, because the schema takes
 * hundreds of ms for 1,000 steps.
 */
export function* schemaProblems(input: unknown): Sliced<readonly SpecProblem[]> {
  const steps = isRecord(input) ? input['steps'] : undefined;
  if (!isRecord(input) || !isRecord(steps)) return problemsAtOnce(input);
  const written = Object.entries(steps);
  const placeholders = Object.fromEntries(written.map(([id]) => [id, ANY_STEP]));
  const { parameters } = input;
  const head = isRecord(parameters) ? { ...input, parameters: {} } : input;
  const problems = [...problemsAtOnce({ ...head, steps: placeholders })];
  const declared = isRecord(parameters) ? Object.entries(parameters) : [];
  for (let at = 0; at < declared.length && problems.length < MAX_PROBLEMS;) {
    yield;
    const some = Object.fromEntries(declared.slice(at, (at += PARAMETERS_A_SLICE)));
    problems.push(...problemsAtOnce({ pipeline: 'x', parameters: some, steps: { x: ANY_STEP } }));
  }
  for (const [id, step] of written) {
    if (problems.length >= MAX_PROBLEMS) break;
    yield;
    const inner = isRecord(step) ? step['pipeline'] : undefined;
    const isNested = isRecord(step) && isRecord(inner);
    const outer: unknown = isNested ? { ...step, pipeline: ANY_FILE } : step;
    problems.push(...problemsAtOnce({ pipeline: 'x', steps: { [id]: outer } }));
    if (!isNested) continue;
    const path = ['steps', id, 'pipeline'];
    const within = yield* schemaProblems(inner);
    problems.push(...within.map((one) => ({ ...one, path: [...path, ...one.path] })));
  }
  return problems.slice(0, MAX_PROBLEMS);
}

function problemsAtOnce(input: unknown): readonly SpecProblem[] {
  const { error } = pipelineSchema.safeParse(input);
  return error?.issues.flatMap((issue) => problemsOf(issue, input, [])) ?? [];
}

function problemsOf(issue: Issue, input: unknown, above: SpecPath): readonly SpecProblem[] {
  const path = [...above, ...(issue.path as SpecPath)];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const messages = issue.message.split('\n');
      return issue.keys.map((key, place) => ({
        path: [...path, key],
        message: messages[place] ?? 'unknown property',
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

/** A union has one message. For steps and nested pipelines the problems are those of the kind that was written. */
function problemsOfUnion(
  issue: Extract<Issue, { code: 'invalid_union' }>,
  input: unknown,
  path: SpecPath,
): readonly SpecProblem[] {
  const value = valueAt(input, path);
  const within = (option: number): readonly SpecProblem[] =>
    (issue.errors[option] ?? []).flatMap((inner) => problemsOf(inner, input, path));
  if (issue.message === FILE_OR_PIPELINE && isRecord(value)) return within(1);
  if (issue.message !== SAY_WHAT_IT_RUNS) return [{ path, message: issue.message }];
  if (!isRecord(value))
    return [{ path, message: 'must be an object, e.g. { job: sales-extract }' }];
  const kinds = STEP_KINDS.filter((kind) => Object.hasOwn(value, kind));
  const [kind] = kinds;
  if (kind === undefined) return [{ path, message: SAY_WHAT_IT_RUNS + hintForKind(value) }];
  if (kinds.length > 1) return [{ path, message: `must run only one of ${kinds.join(' and ')}` }];
  return within(STEP_KINDS.indexOf(kind));
}

/** Suggestion for a misspelt kind, e.g. `jobb`. */
function hintForKind(step: object): string {
  for (const key of Object.keys(step)) {
    const nearest = suggest(key, STEP_KINDS);
    if (nearest !== undefined) return `; did you mean ${nearest} by ${key}?`;
  }
  return '';
}

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

import type { ParameterType, ParameterValue, Template } from '../../contract/pipeline.js';
import { hintFor } from '../expressions/nearest-name.js';
import type { WrittenPipeline } from './pipeline-schema.js';
import type { SpecPath, SpecProblem } from './problem.js';

const NAMES: Readonly<Record<ParameterType, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  list: 'a list of texts, numbers, true or false, and lists',
};
const MOST_ITEMS = 10_000;

const isParameterValue = (value: unknown): value is ParameterValue =>
  ['string', 'number', 'boolean'].includes(typeof value) ||
  (Array.isArray(value) && value.length <= MOST_ITEMS && value.every(isParameterValue));

const fits = (value: unknown, type: ParameterType): boolean =>
  type === 'list' ? Array.isArray(value) && isParameterValue(value) : typeof value === type;

/** Why this is no value for a parameter of that type; undefined when it is one. */
export const misfitOf = (value: unknown, type: ParameterType): string | undefined =>
  fits(value, type) ? undefined : `give ${NAMES[type]}: the parameter is a ${type}`;

type Declared = NonNullable<WrittenPipeline['parameters']>;

/** Defaults that are not of the type of their parameter. */
export const declarationProblems = (parameters: Declared = {}): readonly SpecProblem[] =>
  Object.entries(parameters).flatMap(([name, { type, default: value }]) => {
    const misfit = value === undefined ? undefined : misfitOf(value, type);
    const path = ['parameters', name, 'default'];
    if (misfit !== undefined) return [{ path, message: misfit }];
    return holdsExpression(value)
      ? [{ path, message: 'no expression is evaluated here; give the value' }]
      : [];
  });

const holdsExpression = (value: Template | undefined): boolean =>
  typeof value === 'string'
    ? value.includes('${{')
    : Array.isArray(value) && value.some(holdsExpression);

/** What a step gives to another pipeline against what that one takes. */
export function argumentProblems(
  given: Readonly<Record<string, Template>>,
  declared: Declared,
  at: SpecPath,
): readonly SpecProblem[] {
  const known = Object.keys(declared);
  const missing = known.filter(
    (name) => declared[name]?.default === undefined && given[name] === undefined,
  );
  return [
    ...missing.map((name) => ({
      path: at,
      message: `parameters lack ${name}, which has no default`,
    })),
    ...Object.entries(given).flatMap(([name, value]): SpecProblem[] => {
      const path = [...at, 'parameters', name];
      const type = Object.hasOwn(declared, name) ? declared[name]?.type : undefined;
      if (type === undefined) {
        const hint = known.length === 0 ? '; it takes none' : hintFor(name, known);
        return [{ path, message: `the pipeline has no such parameter${hint}`, isKey: true }];
      }
      const isLate = typeof value === 'string' ? value.includes('${{') : Array.isArray(value);
      const misfit = isLate && !Array.isArray(value) ? undefined : misfitOf(value, type);
      return misfit === undefined ? [] : [{ path, message: misfit }];
    }),
  ];
}

/**
 * The values of a run: what its caller gave, and defaults. All problems at once, each of them `name: what to do`.
 */
export function readArguments(
  given: Readonly<Record<string, unknown>>,
  declared: Readonly<
    Record<string, { readonly type: ParameterType; readonly default?: ParameterValue }>
  >,
):
  | { readonly values: Readonly<Record<string, ParameterValue>> }
  | { readonly problems: readonly string[] } {
  const known = Object.keys(declared);
  const problems = Object.keys(given)
    .filter((name) => !Object.hasOwn(declared, name))
    .map(
      (name) => `${name}: unknown${known.length === 0 ? '; it takes none' : hintFor(name, known)}`,
    );
  const values = known.map((name) => {
    const value = given[name] ?? declared[name]?.default;
    const type = declared[name]?.type ?? 'string';
    if (value === undefined) problems.push(`${name}: give a value, a ${type}; it has no default`);
    else {
      const misfit = misfitOf(value, type);
      if (misfit !== undefined) problems.push(`${name}: ${misfit}`);
    }
    return [name, value] as const;
  });
  if (problems.length > 0) return { problems };
  return { values: Object.fromEntries(values) as Record<string, ParameterValue> };
}

import { own } from '../../contract/own.js';
import type { Template } from '../../contract/pipeline.js';
import { suggestionText } from '../../contract/suggest.js';
import { argumentValues, misfitOf } from '../planner/arguments.js';
import { MAX_HINTS } from './check-graph.js';
import type { WrittenPipeline } from './pipeline-schema.js';
import type { SpecPath, SpecProblem } from './problem.js';

type Declared = NonNullable<WrittenPipeline['parameters']>;

/** Defaults that do not have the type of their parameter. */
export const declarationProblems = (parameters: Declared = {}): readonly SpecProblem[] =>
  Object.entries(parameters).flatMap(([name, { type, default: value }]) => {
    const misfit = value === undefined ? undefined : misfitOf(value, type);
    const path = ['parameters', name, 'default'];
    if (misfit !== undefined) return [{ path, message: misfit }];
    return holdsExpression(value)
      ? [{ path, message: 'must be a value: expressions are not evaluated here' }]
      : [];
  });

const holdsExpression = (value: Template | undefined): boolean =>
  typeof value === 'string'
    ? value.includes('${{')
    : Array.isArray(value) && value.some(holdsExpression);

/** Problems of the values that a step gives to the parameters of another pipeline. */
export function argumentProblems(
  given: Readonly<Record<string, Template>>,
  declared: Declared,
  at: SpecPath,
): readonly SpecProblem[] {
  const known = Object.keys(declared);
  const hint = hints(known);
  const missing = known.filter(
    (name) => own(declared, name)?.default === undefined && own(given, name) === undefined,
  );
  return [
    ...missing.map((name) => ({
      path: at,
      message: `parameters must have ${name}, which has no default`,
    })),
    ...Object.entries(given).flatMap(([name, value]): SpecProblem[] => {
      const path = [...at, 'parameters', name];
      const type = own(declared, name)?.type;
      if (type === undefined) {
        return [{ path, message: `unknown parameter${hint(name)}`, isKey: true }];
      }
      const isLate = typeof value === 'string' ? value.includes('${{') : Array.isArray(value);
      const misfit = isLate && !Array.isArray(value) ? undefined : misfitOf(value, type);
      return misfit === undefined ? [] : [{ path, message: misfit }];
    }),
  ];
}

/** Suggestions for unknown names; only the first names get one. */
function hints(known: readonly string[]): (name: string) => string {
  let told = 0;
  return (name) => {
    told += 1;
    if (told > MAX_HINTS) return '';
    return known.length === 0 ? '; it takes none' : suggestionText(name, known);
  };
}

/** The parameter values of a run, as `argumentValues`; a problem of an unknown name suggests a known one. */
export const readArguments = (
  given: Readonly<Record<string, unknown>>,
  declared: Parameters<typeof argumentValues>[1],
): ReturnType<typeof argumentValues> => {
  const hint = hints(Object.keys(declared));
  return argumentValues(given, declared, (name) => `unknown parameter${hint(name)}`);
};

import { own } from '../../contract/own.js';
import type { Template } from '../../contract/pipeline.js';
import { suggestionText } from '../../contract/suggest.js';
import { argumentValues, misfitOf, problemOfPattern } from '../planner/arguments.js';
import { MAX_HINTS } from './check-graph.js';
import type { WrittenPipeline } from './pipeline-schema.js';
import type { SpecPath, SpecProblem } from './problem.js';

type Declared = NonNullable<WrittenPipeline['parameters']>;

/** Rules of parameters that cannot hold, and defaults that break them. */
export const declarationProblems = (parameters: Declared = {}): readonly SpecProblem[] =>
  Object.entries(parameters).flatMap(([name, rule]) => {
    const path = ['parameters', name];
    const broken = ruleProblems(rule).map((one) => ({ ...one, path: [...path, ...one.path] }));
    const { default: value } = rule;
    if (broken.length > 0 || value === undefined) return broken;
    const misfit = misfitOf(value, rule);
    const at = [...path, 'default'];
    if (misfit !== undefined) return [{ path: at, message: misfit }];
    return holdsExpression(value)
      ? [{ path: at, message: 'must be a value: expressions are not evaluated here' }]
      : [];
  });

type Rule = Declared[string];

/** Types to which a rule can be applied. */
const APPLIES = {
  enum: ['string', 'number', 'list'],
  pattern: ['string', 'list'],
  min: ['number'],
  max: ['number'],
} as const satisfies Partial<Record<keyof Rule, readonly Rule['type'][]>>;

function ruleProblems(rule: Rule): readonly SpecProblem[] {
  const { type, enum: values = [], pattern, min = -Infinity, max = Infinity } = rule;
  const names = Object.keys(APPLIES) as (keyof typeof APPLIES)[];
  const idle = names.filter(
    (name) => rule[name] !== undefined && !(APPLIES[name] as readonly string[]).includes(type),
  );
  const unfit = values.findIndex((value) => type !== 'list' && typeof value !== type);
  const wrong = pattern === undefined ? undefined : problemOfPattern(pattern);
  return [
    ...idle.map((name) => ({
      path: [name],
      message: `has no effect on a ${type}; it is for ${APPLIES[name].join(' and ')}`,
      isKey: true,
    })),
    ...(unfit === -1 || idle.includes('enum')
      ? []
      : [{ path: ['enum', unfit], message: `must be a ${type}, as the parameter` }]),
    ...(wrong === undefined ? [] : [{ path: ['pattern'], message: wrong }]),
    ...(min > max ? [{ path: ['max'], message: `must be at least min, ${min}` }] : []),
  ];
}

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
      const rule = own(declared, name);
      if (rule === undefined) {
        return [{ path, message: `unknown parameter${hint(name)}`, isKey: true }];
      }
      const isLate = typeof value === 'string' ? value.includes('${{') : Array.isArray(value);
      const misfit = isLate && !Array.isArray(value) ? undefined : misfitOf(value, rule);
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

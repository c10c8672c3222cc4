import type { Environment } from '@marcbachmann/cel-js';
import { checkPath, problemOfComparison } from './check-names.js';
import type { ExpressionProblem } from './expression-error.js';
import { createEnvironment, parseExpression, toExpressionProblem } from './parse-expression.js';
import { RUN_MEMBERS, STEP_MEMBERS, type ExpressionScope } from './scope.js';

/** Type of the result of an expression, as far as it is known before evaluation. */
export type ResultType = 'text' | 'number' | 'boolean' | 'list' | 'object' | 'null' | 'any';

export interface CheckedExpression {
  readonly problems: readonly ExpressionProblem[];
  readonly type: ResultType;
}

const PARAMETER_TYPES = { string: 'string', number: 'int', boolean: 'bool', list: 'list<dyn>' };

/** Environments of the library with the names of one pipeline, made at their first use. */
export interface CheckEnvironments {
  readonly of: (inForEach: boolean) => Environment;
}

/** Shared by all steps of a pipeline: an environment for each of 1,000 steps would take half a minute. */
export function checkEnvironments(parameters: ExpressionScope['parameters']): CheckEnvironments {
  const made = new Map<boolean, Environment>();
  const of = (inForEach: boolean): Environment => {
    const environment = made.get(inForEach) ?? environmentOf(parameters, inForEach);
    made.set(inForEach, environment);
    return environment;
  };
  return { of };
}

/** A checker of expressions in one scope. */
export function createChecker(
  scope: ExpressionScope,
  environments = checkEnvironments(scope.parameters),
): (source: string) => CheckedExpression {
  return (source) => {
    try {
      const { parsed, analysis } = parseExpression(environments.of(scope.inForEach), source);
      const { problems, paths, nodes } = analysis;
      const found = [...problems];
      for (const path of paths)
        checkPath(path, scope, (message, range) => found.push({ message, range }));
      found.push(...nodes.map(problemOfComparison).filter((problem) => problem !== undefined));
      if (found.length > 0) return { problems: inOrder(found), type: 'any' };
      const { valid, type, error } = parsed.check();
      return valid
        ? { problems: [], type: resultType(type ?? 'dyn') }
        : { problems: [toExpressionProblem(error, source)], type: 'any' };
    } catch (error) {
      return { problems: [toExpressionProblem(error, source)], type: 'any' };
    }
  };
}

/** All problems of an expression (without `${{ }}`) that are known before evaluation. Never throws. */
export const checkExpression = (source: string, scope: ExpressionScope): CheckedExpression =>
  createChecker(scope)(source);

/**
 * A number parameter is checked as an integer: what is allowed for a fraction is allowed for an integer too, which may
 * also be an index of a list. `checkPath` checks which steps exist, not the library.
 */
function environmentOf(parameters: ExpressionScope['parameters'], inForEach: boolean): Environment {
  const environment = createEnvironment()
    .registerVariable({ name: 'run', schema: RUN_MEMBERS })
    .registerType({ name: 'Step', schema: STEP_MEMBERS })
    .registerVariable('steps', 'map<string, Step>');
  const types = Object.entries(parameters).map(([name, type]) => [name, PARAMETER_TYPES[type]]);
  if (types.length === 0) environment.registerVariable('params', 'map<string, dyn>');
  else environment.registerVariable({ name: 'params', schema: plain(types) });
  if (inForEach) environment.registerVariable('item', 'dyn').registerVariable('index', 'int');
  return environment;
}

const plain = (entries: readonly (readonly unknown[])[]) =>
  Object.fromEntries(entries as readonly (readonly [string, string])[]);

const inOrder = (problems: readonly ExpressionProblem[]): readonly ExpressionProblem[] =>
  [...problems].sort((one, other) => one.range.start - other.range.start);

const RESULTS: Readonly<Record<string, ResultType>> = {
  string: 'text',
  int: 'number',
  double: 'number',
  bool: 'boolean',
  null: 'null',
  dyn: 'any',
  // As JSON both are text.
  Timestamp: 'text',
  Duration: 'text',
};

function resultType(type: string): ResultType {
  if (type.startsWith('list')) return 'list';
  if (type.startsWith('map') || type.startsWith('$')) return 'object';
  return RESULTS[type] ?? 'any';
}

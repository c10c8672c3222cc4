import type { Environment } from '@marcbachmann/cel-js';
import { checkPath, problemOfComparison } from './check-names.js';
import type { ExpressionProblem } from './expression-error.js';
import { createEnvironment, parseExpression, problemOf } from './parse-expression.js';
import { RUN_MEMBERS, STEP_MEMBERS, type ExpressionScope } from './scope.js';
import { surveyOf } from './survey.js';

/** What an expression gives, as far as it is known before it runs. */
export type ResultType = 'text' | 'number' | 'boolean' | 'list' | 'object' | 'null' | 'any';

export interface CheckedExpression {
  /** Empty when nothing is wrong. */
  readonly problems: readonly ExpressionProblem[];
  readonly type: ResultType;
}

const PARAMETER_TYPES = { string: 'string', number: 'int', boolean: 'bool', list: 'list<dyn>' };

/** Checks expressions against one scope; makes the library's view of it once. */
export function createChecker(scope: ExpressionScope): (source: string) => CheckedExpression {
  let environment: Environment | undefined;
  return (source) => {
    try {
      environment ??= environmentOf(scope);
      const parsed = parseExpression(environment, source);
      const { problems, paths, nodes } = surveyOf(parsed.ast);
      const found = [...problems];
      for (const path of paths)
        checkPath(path, scope, (message, range) => found.push({ message, range }));
      found.push(...nodes.map(problemOfComparison).filter((problem) => problem !== undefined));
      if (found.length > 0) return { problems: inOrder(found), type: 'any' };
      const { valid, type, error } = parsed.check();
      return valid
        ? { problems: [], type: resultType(type ?? 'dyn') }
        : { problems: [problemOf(error, source)], type: 'any' };
    } catch (error) {
      return { problems: [problemOf(error, source)], type: 'any' };
    }
  };
}

/** All that is wrong with an expression (without `${{ }}`), before it runs. Never throws. */
export const checkExpression = (source: string, scope: ExpressionScope): CheckedExpression =>
  createChecker(scope)(source);

/** A number is checked as a whole one: whatever holds for a fraction holds for it as well, list places besides. */
function environmentOf({ parameters, upstream, inForEach }: ExpressionScope): Environment {
  const environment = createEnvironment().registerVariable({ name: 'run', schema: RUN_MEMBERS });
  const types = Object.entries(parameters).map(([name, type]) => [name, PARAMETER_TYPES[type]]);
  if (types.length === 0) environment.registerVariable('params', 'map<string, dyn>');
  else environment.registerVariable({ name: 'params', schema: plain(types) });
  if (upstream.length > 0)
    environment.registerVariable({
      name: 'steps',
      schema: plain(upstream.map((id) => [id, STEP_MEMBERS])),
    });
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
};

function resultType(type: string): ResultType {
  if (type.startsWith('list')) return 'list';
  if (type.startsWith('map') || type.startsWith('$')) return 'object';
  return RESULTS[type] ?? 'any';
}

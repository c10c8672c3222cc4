import type { Environment } from '@marcbachmann/cel-js';
import { toCel, toJson, UnusableValue } from './cel-values.js';
import { ExpressionError, wholeOf } from './expression-error.js';
import { createEnvironment, parseExpression, problemOf } from './parse-expression.js';
import type { ExpressionValues } from './scope.js';
import { limitSteps } from './step-budget.js';
import { surveyOf, type Survey } from './survey.js';

const NAMES = ['params', 'steps', 'run', 'item', 'index'] as const;
// eslint-disable-next-line no-restricted-syntax -- the same for every workflow; it costs too much to make for each
let shared: Environment | undefined;

/** One view of the library for all evaluations: values carry their own types. */
function environmentOfValues(): Environment {
  shared ??= NAMES.reduce(
    (environment, name) => environment.registerVariable(name, 'dyn'),
    createEnvironment(),
  );
  return shared;
}

/**
 * The value of an expression (without `${{ }}`): plain JSON. Bounded in length, depth, size of what it reads and
 * steps, so that a workflow task may wait for it.
 *
 * @throws ExpressionError and nothing else
 */
export function evaluate(source: string, values: ExpressionValues): unknown {
  try {
    const parsed = parseExpression(environmentOfValues(), source);
    const survey = surveyOf(parsed.ast);
    const refused = survey.problems[0];
    if (refused !== undefined) throw new ExpressionError(refused.message, source, refused.range);
    const context = contextOf(survey, values);
    const budget = limitSteps(survey.nodes);
    const result: unknown = parsed(context);
    if (budget.isSpent) throw new Error('takes too many steps');
    return toJson(result);
  } catch (error) {
    if (error instanceof ExpressionError) throw error;
    if (error instanceof UnusableValue)
      throw new ExpressionError(`gives or reads ${error.message}`, source, wholeOf(source));
    const { message, range } = problemOf(error, source);
    throw new ExpressionError(message, source, range);
  }
}

/** What the expression names, as CEL takes it; what it does not name is not looked at. */
function contextOf({ paths }: Survey, values: ExpressionValues): Record<string, unknown> {
  const context = Object.create(null) as Record<string, unknown>;
  for (const name of NAMES) {
    const named = paths.filter(({ root }) => root === name);
    const value = values[name];
    if (named.length === 0 || value === undefined) continue;
    const isPicked = name === 'params' || name === 'steps';
    context[name] = toCel(isPicked ? membersNamed(named, values[name]) : value);
  }
  return context;
}

/** The parameters or steps that these paths mean; all where one of them does not write it out. */
function membersNamed(paths: Survey['paths'], members: Readonly<Record<string, unknown>>): unknown {
  const keys = new Set(paths.map(({ segments }) => segments[0]?.key));
  if (keys.has(undefined)) return members;
  return Object.fromEntries(Object.entries(members).filter(([name]) => keys.has(name)));
}

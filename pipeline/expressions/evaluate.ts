import type { Environment } from '@marcbachmann/cel-js';
import { toCel, toJson, UnusableValue } from './cel-values.js';
import { ExpressionError, wholeOf } from './expression-error.js';
import { createEnvironment, parseExpression, problemOf } from './parse-expression.js';
import type { ExpressionValues } from './scope.js';
import { countSteps } from './count-steps.js';
import { StepBudget } from './step-budget.js';
import type { Survey } from './survey.js';

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

/** Steps that reading an expression costs: parsing, checking and preparing a term takes as long as evaluating it so often. */
const STEPS_A_TERM = 50;
const STEPS_TO_BEGIN = 500;

/**
 * The value of an expression (without `${{ }}`): plain JSON. Bounded in length, depth, size of what it reads and
 * steps, so that a workflow task may wait for it.
 *
 * @throws ExpressionError and nothing else
 */
export function evaluate(source: string, values: ExpressionValues): unknown {
  try {
    const { budget = new StepBudget() } = values;
    budget.spend(STEPS_TO_BEGIN);
    const { parsed, survey } = parseExpression(environmentOfValues(), source);
    budget.spend(survey.nodes.length * STEPS_A_TERM);
    const refused = survey.problems[0];
    if (refused !== undefined) throw new ExpressionError(refused.message, source, refused.range);
    const context = contextOf(survey, values, budget);
    countSteps(survey.nodes, budget);
    const result: unknown = parsed(context);
    if (budget.isSpent) throw budget.exhausted();
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
function contextOf(
  { paths }: Survey,
  values: ExpressionValues,
  budget: StepBudget,
): Record<string, unknown> {
  const spend = (steps: number): void => {
    budget.spend(steps);
  };
  const context = Object.create(null) as Record<string, unknown>;
  for (const name of NAMES) {
    const named = paths.filter(({ root }) => root === name);
    if (named.length === 0) continue;
    const value = values[name];
    if (value === undefined) continue;
    const isPicked = name === 'params' || name === 'steps';
    context[name] = toCel(isPicked ? membersNamed(named, values[name]) : value, spend);
  }
  return context;
}

/** The parameters or steps that these paths mean; all where one of them does not write it out. */
function membersNamed(paths: Survey['paths'], members: Readonly<Record<string, unknown>>): unknown {
  const keys = new Set(paths.map(({ segments }) => segments[0]?.key));
  if (keys.has(undefined)) return members;
  const named = [...keys].filter((name) => name !== undefined && Object.hasOwn(members, name));
  return Object.fromEntries(named.map((name) => [name, members[name ?? '']]));
}

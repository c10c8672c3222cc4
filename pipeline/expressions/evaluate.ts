import type { Environment } from '@marcbachmann/cel-js';
import { toCel, toJson, UnusableValue } from './cel-values.js';
import { ExpressionError, wholeOf } from './expression-error.js';
import { createEnvironment, parseExpression, toExpressionProblem } from './parse-expression.js';
import type { ExpressionValues } from './scope.js';
import { countSteps } from './count-steps.js';
import { StepBudget } from './step-budget.js';
import type { Analysis } from './analyze.js';

const NAMES = ['params', 'steps', 'run', 'item', 'index'] as const;
// eslint-disable-next-line no-restricted-syntax -- one for all workflows: it has no state, and takes long to make
let shared: Environment | undefined;

/** One environment of the library for all evaluations, in which names have no types. */
function environmentOfValues(): Environment {
  shared ??= NAMES.reduce(
    (environment, name) => environment.registerVariable(name, 'dyn'),
    createEnvironment(),
  );
  return shared;
}

/** Steps for parsing and checking an expression: one term takes as long as so many evaluations of it. */
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
    const { parsed, analysis } = parseExpression(environmentOfValues(), source);
    budget.spend(analysis.nodes.length * STEPS_A_TERM);
    const refused = analysis.problems[0];
    if (refused !== undefined) throw new ExpressionError(refused.message, source, refused.range);
    const context = contextOf(analysis, values, budget);
    countSteps(analysis.nodes, budget);
    const result: unknown = parsed(context);
    if (budget.isSpent) throw budget.exhausted();
    return toJson(result);
  } catch (error) {
    if (error instanceof ExpressionError) throw error;
    if (error instanceof UnusableValue)
      throw new ExpressionError(`gives or reads ${error.message}`, source, wholeOf(source));
    const { message, range } = toExpressionProblem(error, source);
    throw new ExpressionError(message, source, range);
  }
}

/** Values that the expression names, converted for CEL; others are not read. */
function contextOf(
  { paths }: Analysis,
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
    const uses = named.map(({ segments }) => segments.map(({ key }) => key));
    context[name] = toCel(membersNamed(uses, value, PICKED_DEPTH[name]), spend);
  }
  return context;
}

/**
 * Levels of names that are picked. Parameters are picked by name, steps by name and property: an output that is not
 * named may have any size.
 */
const PICKED_DEPTH = { params: 1, steps: 2, run: 0, item: 0, index: 0 } as const;

/** The properties that the uses name, down to `depth` levels; all properties where a use computes the name. */
function membersNamed(
  uses: readonly (readonly (string | undefined)[])[],
  value: unknown,
  depth: number,
): unknown {
  if (depth === 0 || typeof value !== 'object' || value === null) return value;
  const names = new Set(uses.map(([name]) => name));
  if (names.has(undefined)) return value;
  const picked = Object.entries(value).filter(([name]) => names.has(name));
  return Object.fromEntries(
    picked.map(([name, member]): readonly [string, unknown] => {
      const below = uses.filter(([first]) => first === name).map(([, ...rest]) => rest);
      return [name, membersNamed(below, member, depth - 1)];
    }),
  );
}

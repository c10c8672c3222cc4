import type { Environment } from '@marcbachmann/cel-js';
import { timestampOf } from './cel-time.js';
import { toCel, toJson, UnusableValue } from './cel-values.js';
import { ExpressionError, wholeOf } from './expression-error.js';
import { createEnvironment, parseExpression, toExpressionProblem } from './parse-expression.js';
import { type ExpressionValues, RUN_MEMBERS } from './scope.js';
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
    const result: unknown = valueOf(() => parsed(context), analysis, values);
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
    const converted = toCel(membersNamed(uses, value, PICKED_DEPTH[name]), spend);
    context[name] = name === 'run' ? withTimes(converted as Map<string, unknown>) : converted;
  }
  return context;
}

/** Times are text in JSON. */
function withTimes(run: Map<string, unknown>): ReadonlyMap<string, unknown> {
  for (const [name, type] of Object.entries(RUN_MEMBERS)) {
    const value = run.get(name);
    if (type === 'Timestamp' && typeof value === 'string') run.set(name, timestampOf(value));
  }
  return run;
}

/** @throws ExpressionError that says what a run without a scheduled time lacks */
function valueOf(
  evaluated: () => unknown,
  { paths }: Analysis,
  { run }: ExpressionValues,
): unknown {
  try {
    return evaluated();
  } catch (error) {
    const missing = paths.find(({ root, segments: [member] }) => {
      const name = member?.key ?? '';
      return root === 'run' && Object.hasOwn(RUN_MEMBERS, name) && !Object.hasOwn(run, name);
    });
    const name = missing?.segments[0]?.key;
    if (name === undefined || missing === undefined) throw error;
    throw new ExpressionError(
      run.scheduledAt === undefined
        ? `has no value: this run has no scheduled time (run.${name}); start it with one: --scheduled-at`
        : `has no value: there is no scheduled time before this one (run.${name})`,
      `run.${name}`,
      missing.rootRange,
    );
  }
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

import type { ParameterValue, PipelinePlan, PlannedStep } from '../../../contract/pipeline.js';
import { evaluateList } from '../../../pipeline/expressions/evaluate-template.js';
import { ExpressionError } from '../../../pipeline/expressions/expression-error.js';

/** Known before anything runs; a parameter without a value is left out. */
export type KnownValues = Readonly<Record<string, ParameterValue>>;

const NOT_YET = { id: '', key: '' } as const;

/** How often a step will run; undefined where that depends on steps before it, or on a value that is not given. */
export function itemCount({ forEach }: PlannedStep, params: KnownValues): number | undefined {
  if (forEach === undefined) return 1;
  if (typeof forEach !== 'string') return forEach.length;
  try {
    return evaluateList(forEach, { params, steps: {}, run: NOT_YET }).length;
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

/** What a pipeline is given by another one may depend on steps: only its defaults are sure. */
export const defaultsOf = ({ parameters }: PipelinePlan): KnownValues =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([name, { default: value }]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  );

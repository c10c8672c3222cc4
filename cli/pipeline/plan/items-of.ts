import type { ParameterValue, PipelinePlan, PlannedStep } from '../../../contract/pipeline.js';
import { evaluateList } from '../../../pipeline/expressions/evaluate-template.js';
import { ExpressionError } from '../../../pipeline/expressions/expression-error.js';

/** Values of parameters before the run; a parameter without a value is left out. */
export type KnownValues = Readonly<Record<string, ParameterValue>>;

/** Id and key of a run that does not exist yet. */
const NO_RUN = { id: '', key: '' } as const;

/** How many items a step has; undefined where that depends on earlier steps or on a missing parameter. */
export function itemCount({ forEach }: PlannedStep, params: KnownValues): number | undefined {
  if (forEach === undefined) return 1;
  if (typeof forEach !== 'string') return forEach.length;
  try {
    return evaluateList(forEach, { params, steps: {}, run: NO_RUN }).length;
  } catch (error) {
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

/** Defaults of the parameters. The only values known of a pipeline within another: the others may depend on steps. */
export const defaultsOf = ({ parameters }: PipelinePlan): KnownValues =>
  Object.fromEntries(
    Object.entries(parameters).flatMap(([name, { default: value }]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  );

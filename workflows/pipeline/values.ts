import type { PipelinePlan } from '../../contract/pipeline.js';
import type { PipelineParameters } from '../../contract/pipeline-run.js';
import { evaluateCondition, evaluateList } from '../../pipeline/expressions/evaluate-template.js';
import { ExpressionError } from '../../pipeline/expressions/expression-error.js';
import {
  type ExpressionValues,
  type RunValue,
  SKIPPED,
  type StepValue,
} from '../../pipeline/expressions/scope.js';
import type { Evaluate } from '../../pipeline/plan/draft.js';
import type { StepView } from '../../pipeline/plan/view.js';

/** What the expressions of one run see beside the steps. */
export interface Surroundings {
  readonly plan: PipelinePlan;
  readonly parameters: PipelineParameters;
  readonly run: RunValue;
}

/** Most characters of the values of one forEach that was evaluated: they stand in the state. */
const MOST_VALUES = 256 * 1_024;

/** Evaluates `when` and `forEach` for the planner. An expression without a value fails its step. */
export const evaluatorOf =
  (surroundings: Surroundings): Evaluate =>
  (step, what, viewOf) => {
    const source = surroundings.plan.steps[step]?.[what];
    if (typeof source !== 'string') return { failed: 'there is no expression' };
    const values = valuesFor(surroundings, step, viewOf);
    try {
      return what === 'when' ? evaluateCondition(source, values) : listOf(source, values);
    } catch (error) {
      if (error instanceof ExpressionError) return { failed: problemOf(error) };
      throw error;
    }
  };

function listOf(source: string, values: ExpressionValues): unknown {
  const list = evaluateList(source, values);
  const { length } = JSON.stringify(list);
  return length <= MOST_VALUES
    ? list
    : { failed: `its values take ${length} characters, at most ${MOST_VALUES}` };
}

/** The expression and what is wrong with it. */
export const problemOf = ({ source, message }: ExpressionError): string => `${source} ${message}`;

/** What the expressions of a step, or of one item of it, see. Steps are looked at when an expression names one. */
export function valuesFor(
  { plan, parameters, run }: Surroundings,
  step: string,
  viewOf: (step: string) => StepView | undefined,
  item?: { readonly item: unknown; readonly index: number },
): ExpressionValues {
  let steps: Readonly<Record<string, StepValue>> | undefined;
  return {
    params: parameters,
    get steps() {
      steps ??= Object.fromEntries(
        upstreamOf(plan, step).map((id) => [id, valueOf(viewOf(id))] as const),
      );
      return steps;
    },
    run,
    ...item,
  };
}

/** Steps that have ended before this one starts. */
function upstreamOf({ steps }: PipelinePlan, id: string): readonly string[] {
  const found = new Set<string>();
  const open = [...(steps[id]?.needs ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...(steps[next]?.needs ?? []));
  }
  return [...found];
}

function valueOf(view: StepView | undefined): StepValue {
  if (view === undefined) return SKIPPED;
  const { status, executionId, total, succeeded, failed, canceled, skipped } = view;
  if (status === 'pending' || status === 'running') return SKIPPED; // never upstream of what starts
  const { output, outputs } = view;
  const counts = { total, succeeded, failed, canceled, skipped };
  return { status, ...counts, executionId: executionId ?? '', output, outputs };
}

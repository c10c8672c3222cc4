import type {
  ParameterValue,
  PipelinePlan,
  PipelineState,
  PlannedStep,
} from '../../contract/pipeline.js';
import type { ItemRef } from './events.js';
import { stepOrder } from './order.js';

/** An item that was started and has not been reported as ended. */
export interface InFlight extends ItemRef {
  readonly value: ParameterValue | null;
  /** Execution of the item, if it is known. */
  readonly executionId?: string;
  /** Its cancel was requested. */
  readonly canceling?: true;
}

/** Whether items of a step may begin again at any time, because nothing runs outside the workflow. */
export const isHarmless = ({ kind }: PlannedStep): boolean =>
  kind === 'approval' || kind === 'wait';

/** Items that a run must resume after continue-as-new, in the order of the plan. */
export function inFlight(plan: PipelinePlan, { steps }: PipelineState): readonly InFlight[] {
  return stepOrder(plan).ids.flatMap((step) => {
    const state = steps[step];
    if (state === undefined || state.counts.running === 0) return [];
    return state.items.flatMap(({ status, attempt, executionId, canceling }, index) => {
      if (status !== 'running') return [];
      const value = state.values?.[index] ?? null;
      const known = executionId !== undefined && { executionId };
      return [{ step, index, attempt, value, ...known, ...(canceling && { canceling }) }];
    });
  });
}

import type { ItemCounts, PipelineState, StepState, StepStatus } from '../../contract/pipeline.js';

/** `steps.<id>` in expressions. The numbers count items; there are none before the step begins. */
export interface StepView extends Omit<ItemCounts, 'running'> {
  readonly status: StepStatus;
  readonly total: number;
  /** Execution of a step without `forEach`; null if there is none. */
  readonly executionId: string | null;
  readonly output: unknown;
  /** Outputs of the items, in the order of `forEach`; null for an item without an output. */
  readonly outputs: readonly unknown[];
  readonly reason: string | null;
}

export function viewOf(state: PipelineState, step: string): StepView | undefined {
  const found = Object.hasOwn(state.steps, step) ? state.steps[step] : undefined;
  return found && viewOfStep(found);
}

export function viewOfStep({ status, values, items, counts, reason }: StepState): StepView {
  const only = values === undefined ? items[0] : undefined;
  const { succeeded, failed, canceled, skipped } = counts;
  return {
    ...{ status, total: items.length, succeeded, failed, canceled, skipped },
    executionId: only?.executionId ?? null,
    output: only?.output ?? null,
    outputs: items.map(({ output }) => output ?? null),
    reason: reason ?? null,
  };
}

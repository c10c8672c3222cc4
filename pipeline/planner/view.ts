import type { ItemCounts, PipelineState, StepState, StepStatus } from '../../contract/pipeline.js';

/** What expressions see as `steps.<id>`. The numbers count items: none before the step begins. */
export interface StepView extends Omit<ItemCounts, 'running'> {
  readonly status: StepStatus;
  readonly total: number;
  /** Of a step without `forEach`; null where there is none. */
  readonly executionId: string | null;
  readonly output: unknown;
  /** Of each item, in the order of `forEach`; null where there is none. */
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

import type { CarriedItem, HandedOverRun, PipelineRunState } from '../../contract/pipeline-run.js';
import type { PipelinePlan, PipelineState } from '../../contract/pipeline.js';
import type { ScheduledRun } from '../../contract/schedule.js';
import { pack, TooLarge } from '../../pipeline/packed.js';
import { inFlight } from '../../pipeline/planner/in-flight.js';
import { itemKey, type RunningItem } from './item.js';
import type { Surroundings } from '../../pipeline/evaluation.js';

interface Standing {
  readonly surroundings: Surroundings;
  readonly profile: string | undefined;
  readonly scheduled: ScheduledRun | undefined;
  readonly state: PipelineState;
  readonly items: ReadonlyMap<string, RunningItem>;
}

/** State from which another run continues. It is complete only while no item runs that cannot be handed over. */
export function runStateOf(
  { surroundings, profile, scheduled, state, items }: Standing,
  left: Pick<PipelineRunState, 'timeLeftMs' | 'outerTimeLeftMs' | 'holdLeftMs'>,
): PipelineRunState {
  const { plan, parameters, run, meter } = surroundings;
  return {
    version: 1,
    ...{ plan, parameters, key: run.key, state },
    ...(profile !== undefined && { profile }),
    ...(scheduled !== undefined && { scheduled }),
    carried: carriedItems(plan, state, items),
    ...left,
    expressionSteps: meter.steps,
  };
}

/** State of the items in flight, from which another run resumes them. */
export const carriedItems = (
  plan: PipelinePlan,
  state: PipelineState,
  items: ReadonlyMap<string, RunningItem>,
): readonly CarriedItem[] =>
  inFlight(plan, state).map(({ step, index, attempt }): CarriedItem => {
    const item = items.get(itemKey({ step, index }));
    return { step, index, attempt, ...item?.snapshot() };
  });

/** The state packed for continue-as-new, or why it is too large for that. */
export function handOver(
  state: PipelineRunState,
): { readonly handedOver: HandedOverRun } | { readonly problem: string } {
  try {
    return { handedOver: pack(state) };
  } catch (error) {
    if (error instanceof TooLarge) return { problem: error.message };
    throw error;
  }
}

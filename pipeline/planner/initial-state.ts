import type { PipelinePlan, PipelineState } from '../../contract/pipeline.js';
import { freshStep } from './step-states.js';

/** A run in which nothing has begun. */
export function initialState(plan: PipelinePlan): PipelineState {
  const steps = Object.keys(plan.steps).map((id) => [id, freshStep()] as const);
  return { steps: Object.fromEntries(steps), paused: false, holds: 0, failures: 0 };
}

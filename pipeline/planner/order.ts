import type { PipelinePlan, PlannedStep } from '../../contract/pipeline.js';

/** The steps of a plan, in the order in which the planner handles them. */
export interface Order {
  /** Each step after all its needs; otherwise in the order of the plan. */
  readonly ids: readonly string[];
  readonly steps: readonly PlannedStep[];
  /** Indexes of the needs of each step. */
  readonly needs: readonly (readonly number[])[];
  readonly places: ReadonlyMap<string, number>;
}

const orders = new WeakMap<PipelinePlan, Order>();

/** Computed once for each plan. */
export function stepOrder(plan: PipelinePlan): Order {
  const known = orders.get(plan);
  if (known !== undefined) return known;
  const ids = [...sorted(plan)];
  const places = new Map(ids.map((id, place) => [id, place]));
  const steps = ids.map((id) => planned(plan, id));
  const needs = steps.map((step) => step.needs.map((need) => places.get(need) ?? -1));
  const order = { ids, steps, needs, places };
  orders.set(plan, order);
  return order;
}

export function planned(plan: PipelinePlan, id: string): PlannedStep {
  const step = plan.steps[id];
  if (step === undefined) throw new Error(`the plan has no step ${id}`);
  return step;
}

/** Depth-first order. Without recursion, because a chain may have a thousand steps. */
function sorted({ steps }: PipelinePlan): Set<string> {
  const done = new Set<string>();
  const entered = new Set<string>();
  const stack = Object.keys(steps).reverse();
  for (let id = stack.pop(); id !== undefined; id = stack.pop()) {
    if (done.has(id)) continue;
    const missing = entered.has(id) ? [] : (steps[id]?.needs ?? []).filter((it) => !done.has(it));
    entered.add(id);
    if (missing.length === 0) done.add(id);
    else stack.push(id, ...missing.toReversed());
  }
  return done;
}

import type { PipelinePlan } from '../../../contract/pipeline.js';
import { orderOf } from '../../../pipeline/planner/order.js';

/** Steps by level: each stands one below the lowest that it needs; what stands on one level may run at once. */
export function levelsOf(plan: PipelinePlan): readonly (readonly string[])[] {
  const { ids, needs } = orderOf(plan);
  const depths: number[] = [];
  const levels: string[][] = [];
  for (const [place, id] of ids.entries()) {
    const depth = (needs[place] ?? []).reduce((most, need) => {
      return Math.max(most, (depths[need] ?? 0) + 1);
    }, 0);
    depths.push(depth);
    (levels[depth] ??= []).push(id);
  }
  return levels;
}

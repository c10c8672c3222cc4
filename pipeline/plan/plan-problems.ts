import type { PipelinePlan } from '../../contract/pipeline.js';
import { cyclesOf } from './cycles.js';

/**
 * What is wrong with the edges of a plan that nobody checked as a pipeline, and of the plans within it: needs that are
 * not there, and cycles, whose steps would wait for each other for ever.
 */
export function planProblems({ pipeline, steps }: PipelinePlan, at = ''): readonly string[] {
  const ids = Object.keys(steps);
  if (ids.length === 0) return [`${at}steps: pipeline ${pipeline} has none`];
  const isThere = (id: string): boolean => Object.hasOwn(steps, id);
  const missing = Object.entries(steps).flatMap(([id, { needs }]) =>
    needs
      .filter((need) => !isThere(need))
      .map((need) => `${at}steps.${id}.needs: there is no step ${need}`),
  );
  const cycles = cyclesOf(ids, (id) => steps[id]?.needs.filter(isThere) ?? []);
  const within = Object.entries(steps).flatMap(([id, step]) =>
    step.kind === 'pipeline' ? planProblems(step.plan, `${at}steps.${id}.plan.`) : [],
  );
  return [
    ...missing,
    ...cycles.map((cycle) => `${at}steps.${cycle[0] ?? ''}.needs: cycle: ${cycle.join(' → ')}`),
    ...within,
  ];
}

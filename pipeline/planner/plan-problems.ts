import type { PipelinePlan } from '../../contract/pipeline.js';
import { roundedWithin } from './arguments.js';
import { cyclesOf } from './cycles.js';
import { shapeProblems } from './plan-shape.js';

/** All problems of a plan that was not checked as a pipeline; empty if it can be run. */
export function planProblems(plan: PipelinePlan): readonly string[] {
  const problems = shapeProblems(plan);
  return problems.length > 0 ? problems : [...edgeProblems(plan, ''), ...roundedProblems(plan)];
}

/** Constants that were rounded when they were parsed; definitions are refused for them too. */
const roundedProblems = ({ steps }: PipelinePlan): readonly string[] =>
  Object.entries(steps).flatMap(([id, step]) => {
    const rounded = roundedWithin(step);
    return rounded === undefined
      ? []
      : [
          `steps.${id}: must hold integers below 2^53: ${rounded} cannot be kept exactly; make it a string`,
        ];
  });

/**
 * Problems of the edges of a plan and of the plans within it: needs that do not exist, and cycles, whose steps would
 * wait for each other for ever.
 */
function edgeProblems({ pipeline, steps }: PipelinePlan, at: string): readonly string[] {
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
    step.kind === 'pipeline' ? edgeProblems(step.plan, `${at}steps.${id}.plan.`) : [],
  );
  return [
    ...missing,
    ...cycles.map((cycle) => `${at}steps.${cycle[0] ?? ''}.needs: cycle: ${cycle.join(' → ')}`),
    ...within,
  ];
}

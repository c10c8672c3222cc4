import type { PipelinePlan } from '../../contract/pipeline.js';
import { roundedWithin } from './arguments.js';
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
function edgeProblems(plan: PipelinePlan, at: string): readonly string[] {
  const { pipeline, steps } = plan;
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
  const last = plan.finally === undefined ? [] : edgeProblems(plan.finally, `${at}finally.`);
  return [
    ...missing,
    ...cycles.map((cycle) => `${at}steps.${cycle[0] ?? ''}.needs: cycle: ${cycle.join(' → ')}`),
    ...within,
    ...last,
  ];
}

/**
 * Each cycle once, as a list that begins and ends with one step. Without recursion, because a chain may have a thousand
 * steps.
 */
export function cyclesOf(
  ids: readonly string[],
  needsOf: (id: string) => readonly string[],
): readonly (readonly string[])[] {
  const cycles: (readonly string[])[] = [];
  const done = new Set<string>();
  const trail: { readonly id: string; readonly open: string[] }[] = [];
  const enter = (id: string): void => {
    const begin = trail.findIndex((entered) => entered.id === id);
    if (begin >= 0) cycles.push([...trail.slice(begin).map((entered) => entered.id), id]);
    else if (!done.has(id)) trail.push({ id, open: needsOf(id).toReversed() });
  };
  for (const first of ids) {
    enter(first);
    for (let last = trail.at(-1); last !== undefined; last = trail.at(-1)) {
      const next = last.open.pop();
      if (next !== undefined) enter(next);
      else {
        done.add(last.id);
        trail.pop();
      }
    }
  }
  return cycles;
}

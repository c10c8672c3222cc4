import { hintFor } from '../expressions/nearest-name.js';
import { cyclesOf } from '../plan/cycles.js';
import type { WrittenPipeline, WrittenStep } from './pipeline-schema.js';
import type { SpecProblem } from './problem.js';

type Steps = WrittenPipeline['steps'];

export const needsOf = (step: WrittenStep | undefined): readonly string[] => step?.needs ?? [];

/** Steps that have ended before this one starts: its needs, theirs, and so on. Bears cycles. */
export function upstreamOf(id: string, steps: Steps): readonly string[] {
  const found = new Set<string>();
  const open = [...needsOf(steps[id])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next) || !Object.hasOwn(steps, next)) continue;
    found.add(next);
    open.push(...needsOf(steps[next]));
  }
  return [...found];
}

/** What is wrong with the edges: needs that are not there or twice, cycles, rules that need a need. */
export function graphProblems(
  steps: Steps,
  unsureNeeds: readonly string[],
): readonly SpecProblem[] {
  return [
    ...Object.entries(steps).flatMap(([id, step]) =>
      needsProblems(id, step, steps, !unsureNeeds.includes(id)),
    ),
    ...cycleProblems(steps),
  ];
}

function needsProblems(
  id: string,
  step: WrittenStep,
  steps: Steps,
  isSure: boolean,
): readonly SpecProblem[] {
  const needs = needsOf(step);
  const known = Object.keys(steps).filter((other) => other !== id);
  const problems = needs.flatMap((need, place): SpecProblem[] => {
    const path = ['steps', id, 'needs', place];
    if (!Object.hasOwn(steps, need))
      return [{ path, message: `there is no step ${need}${hintFor(need, known)}` }];
    return needs.indexOf(need) < place ? [{ path, message: `${need} is named twice` }] : [];
  });
  const isIdle =
    isSure && (step.runs === 'failed' || step.runs === 'anySucceeded') && needs.length === 0;
  if (!isIdle) return problems;
  const message = `${step.runs} never comes about without needs`;
  return [...problems, { path: ['steps', id, 'runs'], message }];
}

/** Each cycle once, told at the step with which it was found. */
const cycleProblems = (steps: Steps): readonly SpecProblem[] =>
  cyclesOf(Object.keys(steps), (id) =>
    needsOf(steps[id]).filter((need) => Object.hasOwn(steps, need)),
  ).map((cycle) => ({
    path: ['steps', cycle[0] ?? '', 'needs'],
    message: `cycle: ${cycle.join(' → ')}`,
  }));

import { suggestionText } from '../../contract/suggest.js';
import { cyclesOf } from '../planner/cycles.js';
import type { WrittenPipeline, WrittenStep } from './pipeline-schema.js';
import type { SpecProblem } from './problem.js';
import type { Sliced } from './sliced.js';

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
export function* graphProblems(
  steps: Steps,
  unsureNeeds: readonly string[],
): Sliced<readonly SpecProblem[]> {
  const names = Object.keys(steps);
  const unsure = new Set(unsureNeeds);
  const problems: SpecProblem[] = [];
  for (const [id, step] of Object.entries(steps)) {
    if (problems.length >= MAX_PROBLEMS) return problems;
    // What is meant by a name is told for the first ones only: comparing 5,000 names with 1,000 takes many seconds.
    const known = problems.length < MAX_HINTS ? names : [];
    problems.push(...needsProblems(id, step, steps, known, !unsure.has(id)));
    yield;
  }
  return [...problems, ...cycleProblems(steps)];
}

/** Maximum number of reported problems of one pipeline. */
export const MAX_PROBLEMS = 200;
/** Maximum number of suggestions for problems of one kind. */
export const MAX_HINTS = 20;
/** Of one step. */
const MAX_NEEDS_TOLD = 20;

function needsProblems(
  id: string,
  step: WrittenStep,
  steps: Steps,
  known: readonly string[],
  isSure: boolean,
): readonly SpecProblem[] {
  const needs = needsOf(step);
  const seen = new Set<string>();
  const problems: SpecProblem[] = [];
  for (const [place, need] of needs.entries()) {
    if (problems.length >= MAX_NEEDS_TOLD) break;
    const path = ['steps', id, 'needs', place];
    if (!Object.hasOwn(steps, need)) {
      const others = known.filter((other) => other !== id);
      problems.push({ path, message: `there is no step ${need}${suggestionText(need, others)}` });
    } else if (seen.has(need)) problems.push({ path, message: `${need} is named twice` });
    seen.add(need);
  }
  const isIdle =
    isSure && (step.runIf === 'anyFailed' || step.runIf === 'anySucceeded') && needs.length === 0;
  if (!isIdle) return problems;
  const message = `${step.runIf} never comes about without needs`;
  return [...problems, { path: ['steps', id, 'runIf'], message }];
}

/** Each cycle once, reported at the step where it was found. */
const cycleProblems = (steps: Steps): readonly SpecProblem[] =>
  cyclesOf(Object.keys(steps), (id) =>
    needsOf(steps[id]).filter((need) => Object.hasOwn(steps, need)),
  ).map((cycle) => ({
    path: ['steps', cycle[0] ?? '', 'needs'],
    message: `cycle: ${cycle.join(' → ')}`,
  }));

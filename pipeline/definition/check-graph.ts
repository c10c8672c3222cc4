import { suggestionText } from '../../contract/suggest.js';
import { cyclesOf } from '../planner/plan-problems.js';
import type { WrittenPipeline, WrittenStep } from './pipeline-schema.js';
import type { SpecProblem } from './problem.js';
import type { Sliced } from './sliced.js';

type Steps = WrittenPipeline['steps'];

export const needsOf = (step: WrittenStep | undefined): readonly string[] => step?.needs ?? [];

/** Steps that this step needs, directly or not. Cycles are allowed. */
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

/**
 * Problems of the edges: needs that do not exist or are named twice, cycles, rules that have no effect without needs.
 */
export function* graphProblems(
  steps: Steps,
  unsureNeeds: readonly string[],
): Sliced<readonly SpecProblem[]> {
  const names = Object.keys(steps);
  const unsure = new Set(unsureNeeds);
  const problems: SpecProblem[] = [];
  for (const [id, step] of Object.entries(steps)) {
    if (problems.length >= MAX_PROBLEMS) return problems;
    // Only the first problems have a suggestion: to compare 5,000 names with 1,000 takes many seconds.
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
/** Maximum number of reported problems of the needs of one step. */
const MAX_NEEDS_PROBLEMS = 20;

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
    if (problems.length >= MAX_NEEDS_PROBLEMS) break;
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
  const message = `must not be ${step.runIf} without needs: the step would never run`;
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

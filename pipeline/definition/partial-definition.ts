import type { WrittenPipeline } from './pipeline-schema.js';
import type { SpecProblem } from './problem.js';
import { schemaProblems } from './schema-problems.js';
import type { Sliced } from './sliced.js';

/** What is left of a pipeline without its misshapen parts, so that the rest can be checked in the same go. */
export interface PartialDefinition {
  readonly spec: WrittenPipeline;
  /** Steps whose needs were not all readable: what is upstream of them is not known. */
  readonly unsureNeeds: readonly string[];
  /** Whether the parameters are not all known. */
  readonly unsureParameters: boolean;
}

type Members = Record<string, unknown>;
const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A step of which nothing is known but that it is there. */
const PLACEHOLDER = { approval: {} };

export function* partialDefinition(
  input: unknown,
  problems: readonly SpecProblem[],
): Sliced<PartialDefinition | undefined> {
  if (!isMembers(input) || !isMembers(input['steps'])) return undefined;
  const steps = yield* salvageSteps(input['steps'], problems);
  const wrong = new Set(problems.map(({ path }) => path[0]).filter((key) => key !== 'steps'));
  const head = Object.entries(input).filter(([key]) => !wrong.has(key));
  const spec = { pipeline: 'unreadable', ...Object.fromEntries(head), steps };
  if ((yield* schemaProblems(spec)).length > 0) return undefined;
  return {
    spec: spec as WrittenPipeline,
    // An unknown member may be a misspelt `parameters`.
    unsureParameters: problems.some(
      ({ path, isKey }) => path[0] === 'parameters' || (path.length === 1 && isKey === true),
    ),
    unsureNeeds: problems
      .filter(({ path }) => path[0] === 'steps' && ['needs', undefined].includes(path[2] as string))
      .map(({ path }) => String(path[1])),
  };
}

function* salvageSteps(steps: Members, problems: readonly SpecProblem[]): Sliced<Members> {
  const salvaged: (readonly [string, unknown])[] = [];
  for (const [id, step] of Object.entries(steps)) {
    const own = problems.filter(({ path }) => path[0] === 'steps' && path[1] === id);
    if (own.some(({ path, isKey }) => path.length === 2 && isKey === true)) continue;
    salvaged.push([id, own.length === 0 ? step : yield* salvageStep(step, own)]);
  }
  return Object.fromEntries(salvaged);
}

function* salvageStep(step: unknown, problems: readonly SpecProblem[]): Sliced<unknown> {
  if (!isMembers(step)) return PLACEHOLDER;
  const wrong = new Set(problems.map(({ path }) => path[2]));
  const rest = Object.fromEntries(Object.entries(step).filter(([key]) => !wrong.has(key)));
  const left = yield* schemaProblems({ pipeline: 'x', steps: { x: rest } });
  return left.length === 0 ? rest : PLACEHOLDER;
}

import type { WrittenPipeline } from './pipeline-schema.js';
import { pipelineSchema } from './pipeline-schema.js';
import type { SpecProblem } from './problem.js';

/** What is left of a pipeline without its misshapen parts, so that the rest can be checked in the same go. */
export interface Salvaged {
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

export function salvage(input: unknown, problems: readonly SpecProblem[]): Salvaged | undefined {
  if (!isMembers(input) || !isMembers(input['steps'])) return undefined;
  const steps = salvageSteps(input['steps'], problems);
  const wrong = new Set(problems.map(({ path }) => path[0]).filter((key) => key !== 'steps'));
  const head = Object.entries(input).filter(([key]) => !wrong.has(key));
  const result = pipelineSchema.safeParse({
    pipeline: 'unreadable',
    ...Object.fromEntries(head),
    steps,
  });
  if (!result.success) return undefined;
  return {
    spec: result.data,
    // An unknown member may be a misspelt `parameters`.
    unsureParameters: problems.some(
      ({ path, isKey }) => path[0] === 'parameters' || (path.length === 1 && isKey === true),
    ),
    unsureNeeds: problems
      .filter(({ path }) => path[0] === 'steps' && ['needs', undefined].includes(path[2] as string))
      .map(({ path }) => String(path[1])),
  };
}

function salvageSteps(steps: Members, problems: readonly SpecProblem[]): Members {
  const salvaged = Object.entries(steps).flatMap(([id, step]) => {
    const own = problems.filter(({ path }) => path[0] === 'steps' && path[1] === id);
    if (own.length === 0) return [[id, step]];
    if (own.some(({ path, isKey }) => path.length === 2 && isKey === true)) return [];
    return [[id, salvageStep(step, own)]];
  });
  return Object.fromEntries(salvaged) as Members;
}

function salvageStep(step: unknown, problems: readonly SpecProblem[]): unknown {
  if (!isMembers(step)) return PLACEHOLDER;
  const wrong = new Set(problems.map(({ path }) => path[2]));
  const rest = Object.fromEntries(Object.entries(step).filter(([key]) => !wrong.has(key)));
  const isReadable = pipelineSchema.safeParse({ pipeline: 'x', steps: { x: rest } }).success;
  return isReadable ? rest : PLACEHOLDER;
}

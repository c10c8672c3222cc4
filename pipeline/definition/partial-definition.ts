import { isRecord } from '../../contract/validate.js';
import type { WrittenPipeline } from './pipeline-schema.js';
import type { SpecProblem } from './problem.js';
import { schemaProblems } from './schema-problems.js';
import type { Sliced } from './sliced.js';

/**
 * The parts of a pipeline that have the right shape: they are checked further, so that all problems are reported
 * together.
 */
export interface PartialDefinition {
  readonly spec: WrittenPipeline;
  /** Steps whose needs could not all be read, so that their upstream steps are not known. */
  readonly unsureNeeds: readonly string[];
  /** Whether the parameters are not all known. */
  readonly unsureParameters: boolean;
}

type Members = Record<string, unknown>;

/** Stands for a step that cannot be read. */
const PLACEHOLDER = { approval: {} };

export function* partialDefinition(
  input: unknown,
  problems: readonly SpecProblem[],
): Sliced<PartialDefinition | undefined> {
  if (!isRecord(input) || !isRecord(input['steps'])) return undefined;
  const steps = yield* readableSteps(input['steps'], problems);
  const wrong = new Set(problems.map(({ path }) => path[0]).filter((key) => key !== 'steps'));
  const head = Object.entries(input).filter(([key]) => !wrong.has(key));
  const spec = { pipeline: 'unreadable', ...Object.fromEntries(head), steps };
  if ((yield* schemaProblems(spec)).length > 0) return undefined;
  return {
    spec: spec as WrittenPipeline,
    // An unknown property may be a misspelt `parameters`.
    unsureParameters: problems.some(
      ({ path, isKey }) => path[0] === 'parameters' || (path.length === 1 && isKey === true),
    ),
    unsureNeeds: problems
      .filter(({ path }) => path[0] === 'steps' && ['needs', undefined].includes(path[2] as string))
      .map(({ path }) => String(path[1])),
  };
}

function* readableSteps(steps: Members, problems: readonly SpecProblem[]): Sliced<Members> {
  const readable: (readonly [string, unknown])[] = [];
  for (const [id, step] of Object.entries(steps)) {
    const own = problems.filter(({ path }) => path[0] === 'steps' && path[1] === id);
    if (own.some(({ path, isKey }) => path.length === 2 && isKey === true)) continue;
    readable.push([id, own.length === 0 ? step : yield* readableStep(step, own)]);
  }
  return Object.fromEntries(readable);
}

function* readableStep(step: unknown, problems: readonly SpecProblem[]): Sliced<unknown> {
  if (!isRecord(step)) return PLACEHOLDER;
  const wrong = new Set(problems.map(({ path }) => path[2]));
  const rest = Object.fromEntries(Object.entries(step).filter(([key]) => !wrong.has(key)));
  const left = yield* schemaProblems({ pipeline: 'x', steps: { x: rest } });
  return left.length === 0 ? rest : PLACEHOLDER;
}

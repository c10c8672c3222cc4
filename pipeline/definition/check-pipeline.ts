import { durationMs } from '../../contract/durations.js';
import { INSTANT_RULE, instantMs } from '../../contract/schedule.js';
import type { ParameterType, Template } from '../../contract/pipeline.js';
import { budgetProblems } from './check-budgets.js';
import { type CheckEnvironments, checkEnvironments } from '../expressions/check-expression.js';
import { finallyPipeline, placeInFinally } from './finally-pipeline.js';
import { graphProblems, MAX_PROBLEMS, upstreamOf } from './check-graph.js';
import { argumentProblems, declarationProblems } from './check-parameters.js';
import { scheduleProblems } from './check-schedule.js';
import { createTemplateChecker } from './check-templates.js';
import { effectiveStep, placeOf } from './job-defaults.js';
import type { WrittenPipeline, WrittenStep } from './pipeline-schema.js';
import { plainCopy, withoutExtensions } from './plain-data.js';
import { pathText } from '../../contract/validate.js';
import type { SpecPath, SpecProblem } from './problem.js';
import { partialDefinition, type PartialDefinition } from './partial-definition.js';
import { schemaProblems } from './schema-problems.js';
import { runAtOnce, type Sliced } from './sliced.js';
import { templatePlaces, type TemplatePlace } from './step-templates.js';

export type CheckedPipeline =
  { readonly spec: WrittenPipeline } | { readonly problems: readonly SpecProblem[] };

/**
 * Checks untrusted input: its shape, graph, expressions and limits. Reports all problems together, in the order of the
 * steps. Nested pipelines must be objects: a file name is a problem.
 */
export const checkPipeline = (input: unknown): CheckedPipeline => runAtOnce(checkInSlices(input));

/** As {@link checkPipeline}, in slices. */
export function* checkInSlices(input: unknown): Sliced<CheckedPipeline> {
  const { value: whole, problems: unusable } = plainCopy(input);
  if (unusable.length > 0) return { problems: unusable };
  const value = withoutExtensions(whole);
  yield;
  const problems = yield* schemaProblems(value);
  if (problems.length === 0) {
    const spec = value as WrittenPipeline;
    const further = yield* meaningProblems({ spec, unsureNeeds: [], unsureParameters: false });
    return further.length === 0 ? { spec } : { problems: distinct(further) };
  }
  // With so many problems of the shape further ones are not useful.
  const rest =
    problems.length < MAX_PROBLEMS ? yield* partialDefinition(value, problems) : undefined;
  const further = rest === undefined ? [] : yield* meaningProblems(rest);
  return { problems: distinct([...problems, ...further]) };
}

/** Removes repeats: a problem of `defaults` is found in each step. */
function distinct(problems: readonly SpecProblem[]): readonly SpecProblem[] {
  const told = new Map(
    problems.map((problem) => [`${pathText(problem.path)} ${problem.message}`, problem]),
  );
  return [...told.values()];
}

/** One slice for each step; ends at the maximum number of problems. */
function* meaningProblems(
  readable: PartialDefinition,
  outerMs?: number,
): Sliced<readonly SpecProblem[]> {
  const { spec, unsureNeeds, unsureParameters } = readable;
  const problems = [
    ...(unsureParameters ? [] : declarationProblems(spec.parameters)),
    ...(unsureParameters ? [] : yield* scheduleProblems(spec, EXPECTED)),
    ...(yield* graphProblems(spec.steps, unsureNeeds)),
  ];
  const steps = Object.entries(spec.steps);
  const names = steps.map(([id]) => id);
  const parameters = typesOf(spec);
  const around = { parameters, names, environments: checkEnvironments(parameters) };
  for (const [id, step] of unsureParameters ? [] : steps) {
    if (problems.length >= MAX_PROBLEMS) return problems;
    problems.push(...(yield* templateProblems(id, step, spec, around, unsureNeeds.length > 0)));
    yield;
  }
  problems.push(...budgetProblems(spec, outerMs));
  for (const [id, step] of steps) {
    problems.push(...forEachProblems(id, step), ...waitProblems(id, step));
    problems.push(...(yield* nestedProblems(id, step, spec, outerMs)));
    yield;
  }
  problems.push(...(yield* finallyProblems(readable)));
  return problems.slice(0, MAX_PROBLEMS);
}

/** Problems of `finally`. What it shares with the steps is told there. */
function* finallyProblems({
  spec,
  unsureNeeds,
  unsureParameters,
}: PartialDefinition): Sliced<readonly SpecProblem[]> {
  const within = finallyPipeline(spec);
  if (within === undefined) return [];
  const found = yield* meaningProblems({ spec: within, unsureNeeds, unsureParameters });
  const taken = Object.keys(within.steps).filter((id) => Object.hasOwn(spec.steps, id));
  return [
    ...found
      .map((one) => ({ ...one, path: placeInFinally(one.path) }))
      .filter(({ path }) => ['finally', 'finallyTimeout', 'defaults'].includes(String(path[0]))),
    ...taken.map((id) => ({ path: ['finally', id], message: 'must have a name that no step has' })),
  ];
}

interface Around {
  readonly parameters: Readonly<Record<string, ParameterType>>;
  readonly names: readonly string[];
  readonly environments: CheckEnvironments;
}

function* templateProblems(
  id: string,
  step: WrittenStep,
  spec: WrittenPipeline,
  { parameters, names, environments }: Around,
  isUnsure: boolean,
): Sliced<readonly SpecProblem[]> {
  const upstream = isUnsure ? names : upstreamOf(id, spec.steps);
  const scope = { parameters, steps: names, upstream };
  const check = createTemplateChecker(scope, 'forEach' in step, environments);
  const problems: SpecProblem[] = [];
  for (const place of [...templatePlaces(effectiveStep(step, spec)), ...argumentPlaces(step)]) {
    if (problems.length >= MAX_PROBLEMS) break;
    const found = yield* check(place);
    problems.push(...found.map((one) => ({ ...one, path: placeOf(id, step, one.path) })));
  }
  return problems;
}

const typesOf = ({ parameters = {} }: WrittenPipeline): Readonly<Record<string, ParameterType>> =>
  Object.fromEntries(Object.entries(parameters).map(([name, { type }]) => [name, type]));

const EXPECTED = { string: 'text', number: 'number', boolean: 'boolean', list: 'list' } as const;

/** Places of the values that are given to another pipeline, with the types that it declares. */
function argumentPlaces(step: WrittenStep): readonly TemplatePlace[] {
  if (!('pipeline' in step) || typeof step.pipeline === 'string') return [];
  const declared = typesOf(step.pipeline);
  return Object.entries(step.parameters ?? {}).flatMap(([name, value]) => {
    const type = Object.hasOwn(declared, name) ? declared[name] : undefined;
    return type === undefined
      ? []
      : [{ path: ['parameters', name], value, expected: EXPECTED[type] }];
  });
}

/** A point of time that is written as a value. */
function waitProblems(id: string, step: WrittenStep): readonly SpecProblem[] {
  if (!('wait' in step) || typeof step.wait !== 'object') return [];
  const { until } = step.wait;
  return until.includes('${{') || instantMs(until) !== undefined
    ? []
    : [{ path: ['steps', id, 'wait', 'until'], message: INSTANT_RULE }];
}

function forEachProblems(id: string, step: WrittenStep): readonly SpecProblem[] {
  if (!('forEach' in step) || !Array.isArray(step.forEach)) return [];
  const path = ['steps', id, 'forEach'];
  const list: readonly Template[] = step.forEach;
  if (list.length === 0) return [{ path, message: 'must have at least one item' }];
  if (list.length > 10_000) return [{ path, message: 'must have at most 10000 items' }];
  return list.flatMap((item, place) =>
    typeof item === 'string' && item.includes('${{')
      ? [
          {
            path: [...path, place],
            message:
              'must be a value: expressions are not evaluated here; make the whole list one expression',
          },
        ]
      : [],
  );
}

function* nestedProblems(
  id: string,
  step: WrittenStep,
  spec: WrittenPipeline,
  outerMs: number | undefined,
): Sliced<readonly SpecProblem[]> {
  if (!('pipeline' in step)) return [];
  const at: SpecPath = ['steps', id];
  const { pipeline, parameters = {} } = step;
  if (typeof pipeline === 'string') {
    const message = `must be the pipeline itself: the file ${pipeline} was not read`;
    return [{ path: [...at, 'pipeline'], message }];
  }
  const limit = durationMs(spec.runTimeout) ?? outerMs;
  const found = yield* meaningProblems(
    { spec: pipeline, unsureNeeds: [], unsureParameters: false },
    limit,
  );
  const within = found.map((one) => ({ ...one, path: [...at, 'pipeline', ...one.path] }));
  return [...argumentProblems(parameters, pipeline.parameters ?? {}, at), ...within];
}

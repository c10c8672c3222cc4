import { durationMs } from '../../contract/durations.js';
import type { ParameterType, Template } from '../../contract/pipeline.js';
import { budgetProblems } from './check-budgets.js';
import { graphProblems, upstreamOf } from './check-graph.js';
import { argumentProblems, declarationProblems } from './check-parameters.js';
import { createTemplateChecker } from './check-templates.js';
import { effectiveStep, placeOf } from './job-defaults.js';
import { pipelineSchema, type WrittenPipeline, type WrittenStep } from './pipeline-schema.js';
import { plainCopy } from './plain-data.js';
import { pathText, type SpecPath, type SpecProblem } from './problem.js';
import { salvage, type Salvaged } from './salvage.js';
import { schemaProblems } from './schema-problems.js';
import { templatePlaces, type TemplatePlace } from './step-templates.js';

export type CheckedPipeline =
  { readonly spec: WrittenPipeline } | { readonly problems: readonly SpecProblem[] };

/**
 * Checks what anybody may have written: its shape, its graph, its expressions, its limits. All problems at once, in
 * the order of the steps. Pipelines within it must be there, not files.
 */
export function checkPipeline(input: unknown): CheckedPipeline {
  const { value, problems: unusable } = plainCopy(input);
  if (unusable.length > 0) return { problems: unusable };
  const parsed = pipelineSchema.safeParse(value);
  if (parsed.success) {
    const problems = meaningProblems({
      spec: parsed.data,
      unsureNeeds: [],
      unsureParameters: false,
    });
    return problems.length === 0 ? { spec: parsed.data } : { problems: distinct(problems) };
  }
  const problems = schemaProblems(parsed.error, value);
  const rest = salvage(value, problems);
  return {
    problems: distinct([...problems, ...(rest === undefined ? [] : meaningProblems(rest))]),
  };
}

/** What `defaults` do wrong is found once a step, and told once. */
function distinct(problems: readonly SpecProblem[]): readonly SpecProblem[] {
  const told = new Map(
    problems.map((problem) => [`${pathText(problem.path)} ${problem.message}`, problem]),
  );
  return [...told.values()];
}

function meaningProblems(readable: Salvaged, outerMs?: number): readonly SpecProblem[] {
  const { spec, unsureNeeds, unsureParameters } = readable;
  return [
    ...(unsureParameters ? [] : declarationProblems(spec.parameters)),
    ...graphProblems(spec.steps, unsureNeeds),
    ...(unsureParameters
      ? []
      : Object.entries(spec.steps).flatMap(([id, step]) =>
          templateProblems(id, step, spec, unsureNeeds.length > 0),
        )),
    ...budgetProblems(spec, outerMs),
    ...Object.entries(spec.steps).flatMap(([id, step]) => forEachProblems(id, step)),
    ...Object.entries(spec.steps).flatMap(([id, step]) => nestedProblems(id, step, spec, outerMs)),
  ];
}

function templateProblems(
  id: string,
  step: WrittenStep,
  spec: WrittenPipeline,
  isUnsure: boolean,
): readonly SpecProblem[] {
  const steps = Object.keys(spec.steps);
  const scope = {
    parameters: typesOf(spec),
    steps,
    upstream: isUnsure ? steps : upstreamOf(id, spec.steps),
  };
  const hasItems = 'forEach' in step;
  const check = createTemplateChecker(scope, hasItems);
  const places = [...templatePlaces(effectiveStep(step, spec)), ...argumentPlaces(step)];
  return places
    .flatMap(check)
    .map((problem) => ({ ...problem, path: placeOf(id, step, problem.path) }));
}

const typesOf = ({ parameters = {} }: WrittenPipeline): Readonly<Record<string, ParameterType>> =>
  Object.fromEntries(Object.entries(parameters).map(([name, { type }]) => [name, type]));

const EXPECTED = { string: 'text', number: 'number', boolean: 'boolean', list: 'list' } as const;

/** What is given to another pipeline must be of the types that it declares. */
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

function forEachProblems(id: string, step: WrittenStep): readonly SpecProblem[] {
  if (!('forEach' in step) || !Array.isArray(step.forEach)) return [];
  const path = ['steps', id, 'forEach'];
  const list: readonly Template[] = step.forEach;
  if (list.length === 0) return [{ path, message: 'give at least one item' }];
  if (list.length > 10_000) return [{ path, message: 'give 10000 items at most' }];
  return list.flatMap((item, place) =>
    typeof item === 'string' && item.includes('${{')
      ? [
          {
            path: [...path, place],
            message: 'no expression is evaluated here; make the whole list one',
          },
        ]
      : [],
  );
}

function nestedProblems(
  id: string,
  step: WrittenStep,
  spec: WrittenPipeline,
  outerMs: number | undefined,
): readonly SpecProblem[] {
  if (!('pipeline' in step)) return [];
  const at: SpecPath = ['steps', id];
  const { pipeline, parameters = {} } = step;
  if (typeof pipeline === 'string') {
    const message = `the file ${pipeline} was not read; give the pipeline itself`;
    return [{ path: [...at, 'pipeline'], message }];
  }
  const limit = durationMs(spec.runTimeout) ?? outerMs;
  const within = meaningProblems(
    { spec: pipeline, unsureNeeds: [], unsureParameters: false },
    limit,
  ).map((problem) => ({ ...problem, path: [...at, 'pipeline', ...problem.path] }));
  return [...argumentProblems(parameters, pipeline.parameters ?? {}, at), ...within];
}

import { DataFlowInvalidInputError } from '../../client/errors.js';
import type { PipelineParameters } from '../../contract/pipeline-run.js';
import type { ParameterRule, PipelinePlan, PipelineState } from '../../contract/pipeline.js';
import { suggestionText } from '../../contract/suggest.js';
import { readArguments } from '../../pipeline/definition/check-parameters.js';
import { normalisePipeline } from '../../pipeline/definition/normalise-pipeline.js';
import type { WrittenPipeline } from '../../pipeline/definition/pipeline-schema.js';
import { changedInputs } from '../../pipeline/planner/changed-inputs.js';
import { inFlight, isHarmless } from '../../pipeline/planner/in-flight.js';
import { planned, stepOrder } from '../../pipeline/planner/order.js';
import { hasEnded } from '../../pipeline/planner/rules.js';
import { seedFrom } from '../../pipeline/planner/retry.js';
import { toTable } from '../view/table.js';
import { readGivenParameters } from './given-parameters.js';
import { readRightPipeline } from './read-pipeline-file.js';
import type { AskedRun } from './asked-state.js';

const WHERE = 'dataflow pipeline rerun';

export interface RerunFlags {
  readonly plan?: string;
  readonly p?: readonly string[];
  readonly keep?: readonly string[];
}

/** What a rerun runs: the plan of the ended run, or another one, with its parameters. */
export interface NextRun {
  /** To be started: a plan, or a pipeline whose names the worker looks up. */
  readonly pipeline: PipelinePlan | WrittenPipeline;
  readonly parameters: PipelineParameters;
  /** The pipeline as a plan; a job may have its name in place of its id. */
  readonly plan: PipelinePlan;
}

/**
 * The pipeline and the parameters of a rerun: those of the ended run, unless flags name others.
 * @throws DataFlowInvalidInputError naming all problems
 */
export async function nextRunOf(
  { plan: file, p = [] }: RerunFlags,
  { plan, parameters }: AskedRun['answer'],
): Promise<NextRun> {
  const written = file === undefined ? undefined : await readRightPipeline(file);
  if (written !== undefined && written.pipeline !== plan.pipeline)
    throw new DataFlowInvalidInputError(WHERE, [
      `--plan: must be pipeline ${plan.pipeline}, whose run it is; the file holds ${written.pipeline}`,
    ]);
  const declared = (written?.parameters ?? plan.parameters) as Readonly<
    Record<string, ParameterRule>
  >;
  const given = readGivenParameters(p, declared);
  const before = Object.entries(parameters).filter(([name]) => Object.hasOwn(declared, name));
  const read =
    'problems' in given
      ? given
      : readArguments({ ...Object.fromEntries(before), ...given.values }, declared);
  if ('problems' in read) {
    const texts = read.problems.map((problem) =>
      problem.startsWith('-p') ? problem : `-p ${problem}`,
    );
    throw new DataFlowInvalidInputError(WHERE, texts);
  }
  return {
    pipeline: written ?? plan,
    parameters: read.values,
    plan: written === undefined ? plan : planOf(written),
  };
}

function planOf(spec: WrittenPipeline): PipelinePlan {
  const made = normalisePipeline(spec, { resolve: ({ name }) => ({ id: name }) });
  if ('problems' in made) throw new DataFlowInvalidInputError(WHERE, made.problems);
  return made.plan;
}

/** Whether a step is kept in a rerun, and why not. */
interface StepOutline {
  readonly id: string;
  readonly kept: string;
  readonly why?: string;
}

export interface RerunOutline {
  /** Steps that run again because of their input. */
  readonly again: readonly string[];
  readonly steps: readonly StepOutline[];
}

/**
 * Which steps of an ended run a rerun keeps. A step whose input has changed runs again, unless `keep` names it.
 * @param isTakenUp whether an item in flight is continued
 * @throws DataFlowInvalidInputError for a step that cannot be kept: it needs one that runs again
 */
export function outlineOf(
  ended: AskedRun['answer'],
  next: NextRun,
  keep: readonly string[],
  isTakenUp: (step: string, index: number) => boolean,
): RerunOutline {
  const changes = changedInputs(ended, next);
  const again = [...changes.keys()].filter((id) => !keep.includes(id));
  const state = seedFrom(next.plan, ended.state, isTakenUp, again);
  const problems = [
    ...keep.flatMap((id) => problemOfKeep(id, next.plan, ended.state, state)),
    ...problemsInFlight(ended, next.plan, isTakenUp, (id) =>
      again.includes(id) ? changes.get(id) : undefined,
    ),
  ];
  if (problems.length > 0) throw new DataFlowInvalidInputError(WHERE, problems);
  const steps = stepOrder(next.plan).ids.map((id): StepOutline => {
    const { status, counts, items } = state.steps[id] ?? { status: 'pending', items: [] };
    if (hasEnded(status)) return { id, kept: status };
    if (status === 'running') return { id, kept: 'taken up' };
    const some =
      counts === undefined || counts.succeeded === 0
        ? 'no'
        : `${counts.succeeded} of ${items.length} items`;
    return { id, kept: some, why: whyAgain(id, changes, next.plan, ended.state, state) };
  });
  return { again, steps };
}

/** What is in flight is continued by the step that started it: not where it is gone, or has another input. */
function problemsInFlight(
  { plan: before, state }: AskedRun['answer'],
  plan: PipelinePlan,
  isTakenUp: (step: string, index: number) => boolean,
  changeOf: (id: string) => string | undefined,
): readonly string[] {
  return inFlight(before, state).flatMap(({ step, index, executionId }) => {
    if (!isTakenUp(step, index) || isHarmless(planned(before, step))) return [];
    const what = `${step} is in flight${executionId === undefined ? '' : ` (execution ${executionId})`}`;
    if (!Object.hasOwn(plan.steps, step))
      return [`${what}, and the pipeline no longer has it: stop it first`];
    const why = changeOf(step);
    return why === undefined
      ? []
      : [
          `${what}, and ${why}: continue it as it was started with --keep ${step}, or stop it first`,
        ];
  });
}

function problemOfKeep(
  id: string,
  plan: PipelinePlan,
  ended: PipelineState,
  next: PipelineState,
): readonly string[] {
  const names = Object.keys(plan.steps);
  if (!names.includes(id)) return [`--keep: there is no step ${id}${suggestionText(id, names)}`];
  const before = Object.hasOwn(ended.steps, id) ? ended.steps[id]?.status : undefined;
  if (next.steps[id]?.status === 'running') return []; // what runs is continued as it was started
  if (before !== 'succeeded')
    return [
      `--keep: ${id} must have succeeded to be kept; it ${before === undefined ? 'is new' : `is ${before}`}`,
    ];
  if (next.steps[id]?.status === 'succeeded') return [];
  const need = runningNeed(id, plan, next);
  return [`--keep: ${id} cannot be kept: it needs ${need ?? 'a step'}, which runs again`];
}

const runningNeed = (id: string, plan: PipelinePlan, next: PipelineState): string | undefined =>
  planned(plan, id).needs.find((need) => !hasEnded(next.steps[need]?.status ?? 'pending'));

function whyAgain(
  id: string,
  changes: ReadonlyMap<string, string>,
  plan: PipelinePlan,
  ended: PipelineState,
  next: PipelineState,
): string {
  const before = Object.hasOwn(ended.steps, id) ? ended.steps[id] : undefined;
  if (before === undefined) return 'it is new';
  const need = runningNeed(id, plan, next);
  if (before.status === 'succeeded' || before.status === 'skipped')
    return (
      changes.get(id) ??
      (need === undefined ? `it was ${before.status}` : `it needs ${need}, which runs again`)
    );
  return before.status === 'pending'
    ? 'it had not begun'
    : `it ${before.status === 'failed' ? 'failed' : `was ${before.status}`}`;
}

/** The outline as a table. */
export const outlineText = ({ steps }: RerunOutline, width?: number): string =>
  toTable(
    steps,
    [
      { heading: 'step', cell: ({ id }) => id },
      { heading: 'kept', cell: ({ kept }) => kept },
      { heading: 'runs because', cell: ({ why }) => why },
    ],
    { width },
  );

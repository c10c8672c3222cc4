import { own } from '../contract/own.js';
import { durationText } from '../contract/durations.js';
import { childWorkflowId } from '../contract/pipeline-ids.js';
import type { StepSummary } from '../contract/pipeline-run.js';
import type {
  ParameterValue,
  PipelineEnd,
  PipelinePlan,
  PipelineState,
  PlannedStep,
} from '../contract/pipeline.js';
import { instantText, type ScheduledRun } from '../contract/schedule.js';
import { suggestionText } from '../contract/suggest.js';
import { isRecord } from '../contract/validate.js';
import { checkPipeline } from './definition/check-pipeline.js';
import { InvalidPipelineError } from './definition/define-pipeline.js';
import { normalisePipeline } from './definition/normalise-pipeline.js';
import { problemLine } from './definition/problem.js';
import {
  conditionOf,
  evaluatedParameters,
  evaluatedStep,
  evaluatorOf,
  expressionProblemText,
  type Surroundings,
  valuesFor,
  waitTime,
} from './evaluation.js';
import { evaluateTemplate } from './expressions/evaluate-template.js';
import { ExpressionError } from './expressions/expression-error.js';
import { type ExpressionValues, scheduledValues } from './expressions/scope.js';
import { StepMeter } from './expressions/step-budget.js';
import { advance } from './planner/advance.js';
import { argumentValues } from './planner/arguments.js';
import type { Command, PlanEvent } from './planner/events.js';
import { planned, stepOrder } from './planner/order.js';
import { planProblems } from './planner/plan-problems.js';
import { freshStep, initialState } from './planner/step-states.js';
import { summaryOf } from './planner/summary.js';
import { viewOf } from './planner/view.js';

/** How a simulated item ends. `approved` and `rejected` are for approvals. */
export const SIMULATED_OUTCOMES = [
  'succeeded',
  'failed',
  'canceled',
  'approved',
  'rejected',
] as const;
export type SimulatedOutcome = (typeof SIMULATED_OUTCOMES)[number];

export interface SimulationOptions {
  /** Values of the parameters. A parameter without one has its default. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /**
   * How items end, by step, or by item where a step has `forEach`: `load`, `load[2]`; within a nested pipeline
   * `child/load`. @default all succeed, approvals are approved, a nested pipeline is simulated as well
   */
  readonly outcomes?: Readonly<Record<string, SimulatedOutcome>>;
  /** `output` of items that succeed, by the same names; expressions read it. @default none */
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** `run.key`. @default 'simulated' */
  readonly key?: string;
  /** Scheduled time of the run: `run.scheduledAt` and its date. @default none */
  readonly scheduled?: ScheduledRun;
}

/** A start of an item, in the order of the run. */
export interface SimulatedStart {
  /** Step, with the steps of the pipelines around it: `child/load`. */
  readonly step: string;
  readonly kind: PlannedStep['kind'];
  /** Job, workflow, activity or pipeline that it runs. */
  readonly runs?: string;
  /** Item of `forEach`, and its position. */
  readonly item?: { readonly value: ParameterValue; readonly index: number };
  /** What it is given: run settings of a job, argument of an activity, parameters of a pipeline, message of an approval, length of a wait. */
  readonly input?: unknown;
}

/** How a run would go. */
export interface Simulation {
  readonly pipeline: string;
  readonly outcome: PipelineEnd['outcome'];
  /** As the result of a run; without times. */
  readonly steps: Readonly<Record<string, StepSummary & { readonly kind: PlannedStep['kind'] }>>;
  readonly started: readonly SimulatedStart[];
}

/** Most starts of one simulation. */
const MAX_STARTS = 20_000;

/**
 * Plays a run of a pipeline without a worker and without a call: which steps would run, in which order, and with which
 * input. Each item ends at once, in the order of the starts; retries of a job and times are not simulated. The planner
 * and the expressions are those of real runs.
 *
 * @param pipeline a definition as an object, or a plan. A name of a job stays a name
 * @throws InvalidPipelineError naming all problems of the pipeline, of its parameters and of the options
 */
export function simulatePipeline(pipeline: object, options: SimulationOptions = {}): Simulation {
  const plan = planOf(pipeline);
  const where = `pipeline ${plan.pipeline}`;
  const given = argumentValues(options.parameters ?? {}, plan.parameters);
  const problems = [
    ...('problems' in given ? given.problems : []),
    ...nameProblems(plan, 'outcomes', options.outcomes),
    ...nameProblems(plan, 'outputs', options.outputs),
  ];
  if ('problems' in given || problems.length > 0) throw new InvalidPipelineError(where, problems);
  const started: SimulatedStart[] = [];
  const world: World = {
    outcomes: options.outcomes ?? {},
    outputs: options.outputs ?? {},
    started,
  };
  const { key = 'simulated', scheduled } = options;
  const whole = playWhole({ plan, parameters: given.values, key, prefix: '', scheduled }, world);
  const steps = whole.played.flatMap((one) =>
    stepOrder(one.plan).ids.map((id) => {
      const { kind } = planned(one.plan, id);
      return [id, { kind, ...summaryOf(one.state.steps[id] ?? freshStep(), kind) }] as const;
    }),
  );
  const { outcome } = whole;
  return { pipeline: plan.pipeline, outcome, steps: Object.fromEntries(steps), started };
}

/** A run has ended when nothing runs: nobody pauses a simulation. */
function endOfRun({ ended }: PipelineState): PipelineEnd {
  if (ended === undefined) throw new Error('the planner did not end the simulated run');
  return ended;
}

function planOf(pipeline: object): PipelinePlan {
  if (isRecord(pipeline) && pipeline['version'] === 1) {
    const problems = planProblems(pipeline as unknown as PipelinePlan);
    if (problems.length > 0) throw new InvalidPipelineError('the plan', problems);
    return pipeline as unknown as PipelinePlan;
  }
  const checked = checkPipeline(pipeline);
  if ('problems' in checked)
    throw new InvalidPipelineError('the pipeline', checked.problems.map(problemLine));
  const made = normalisePipeline(checked.spec, { resolve: ({ name }) => ({ id: name }) });
  if ('problems' in made) throw new InvalidPipelineError('the pipeline', made.problems);
  return made.plan;
}

/** Steps of a plan, those of nested pipelines with their path. */
const stepNames = (plan: PipelinePlan, prefix = ''): readonly string[] =>
  Object.entries({ ...plan.steps, ...plan.finally?.steps }).flatMap(([id, step]) => [
    prefix + id,
    ...(step.kind === 'pipeline' ? stepNames(step.plan, `${prefix}${id}/`) : []),
  ]);

function nameProblems(
  plan: PipelinePlan,
  what: 'outcomes' | 'outputs',
  given: Readonly<Record<string, unknown>> = {},
): readonly string[] {
  const names = stepNames(plan);
  return Object.entries(given).flatMap(([name, value]) => {
    const step = name.replace(/\[\d+\]$/, '');
    if (!names.includes(step))
      return [`${what}: there is no step ${step}${suggestionText(step, names)}`];
    const isOutcome = (SIMULATED_OUTCOMES as readonly unknown[]).includes(value);
    return what === 'outputs' || isOutcome
      ? []
      : [`${what}: ${name} must be one of ${SIMULATED_OUTCOMES.join(', ')}`];
  });
}

interface World {
  readonly outcomes: Readonly<Record<string, SimulatedOutcome>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly started: SimulatedStart[];
}

interface OneRun {
  readonly plan: PipelinePlan;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly key: string;
  /** Path of the steps around it, ending with `/`. */
  readonly prefix: string;
  readonly scheduled: ScheduledRun | undefined;
  /** How the steps before those of `finally` ended. */
  readonly ended?: PipelineEnd;
}

interface WholeRun {
  /** The plan and its `finally`, with their states. */
  readonly played: readonly { readonly plan: PipelinePlan; readonly state: PipelineState }[];
  readonly outcome: PipelineEnd['outcome'];
  readonly failed: readonly string[];
}

/** Plays a run, and then its `finally` steps: one of them that fails makes a run fail that had succeeded. */
function playWhole(run: OneRun, world: World): WholeRun {
  const { plan } = run;
  const state = play(run, world);
  const ended = endOfRun(state);
  const { outcome, failed } = ended;
  if (plan.finally === undefined) return { played: [{ plan, state }], outcome, failed };
  const last = { plan: plan.finally, state: play({ ...run, plan: plan.finally, ended }, world) };
  const { outcome: ofLast, failed: failedLast } = endOfRun(last.state);
  return {
    played: [{ plan, state }, last],
    outcome: outcome === 'succeeded' && ofLast !== 'succeeded' ? 'failed' : outcome,
    failed: [...failed, ...failedLast],
  };
}

type Start = Extract<Command, { readonly kind: 'start' }>;
type End = Pick<
  Extract<PlanEvent, { readonly kind: 'itemEnded' }>,
  'outcome' | 'output' | 'executionId' | 'reason'
>;

function play(run: OneRun, world: World): PipelineState {
  const { plan, parameters, key, scheduled, ended } = run;
  const task = { sincePause: 0 };
  const surroundings: Surroundings = {
    ...{ plan, parameters, childIdPrefix: key, meter: new StepMeter(task) },
    run: {
      ...{ id: key, key },
      ...(scheduled !== undefined && scheduledValues(scheduled)),
      ...(ended !== undefined && { outcome: ended.outcome, failedSteps: ended.failed }),
    },
  };
  const evaluate = evaluatorOf(surroundings, () => undefined);
  const queue: Start[] = [];
  let state = initialState(plan);
  const tell = (event: PlanEvent): void => {
    const next = advance(plan, state, event, evaluate);
    ({ state } = next);
    for (const command of next.commands) {
      if (command.kind === 'start') queue.push(command);
      else if (command.kind === 'hold') tell({ kind: 'holdExpired', hold: command.hold });
      else if (command.kind === 'pause') {
        task.sincePause = 0;
        tell({ kind: 'evaluate' });
      }
    }
  };
  tell({ kind: 'begin' });
  for (let start = queue.shift(); start !== undefined; start = queue.shift()) {
    if (world.started.length >= MAX_STARTS)
      throw new InvalidPipelineError(`pipeline ${plan.pipeline}`, [
        `it starts more than ${MAX_STARTS} items, the most that a simulation plays`,
      ]);
    const values = valuesOf(surroundings, state, start);
    tell(endOf(start, playItem(start, values, run, world)));
  }
  return state;
}

/** An approval is decided by a message, as in a run. */
const endOf = ({ step, index, attempt }: Start, end: End | Decision): PlanEvent =>
  'approve' in end
    ? { kind: 'approve', step, item: index, ...end }
    : { kind: 'itemEnded', step, index, attempt, ...end };

interface Decision {
  readonly approve: boolean;
}

function valuesOf(
  surroundings: Surroundings,
  state: PipelineState,
  { step, index, value }: Start,
): ExpressionValues {
  const isOfMany = planned(surroundings.plan, step).forEach !== undefined;
  const item = isOfMany ? { item: value, index } : undefined;
  return valuesFor(surroundings, step, (other) => viewOf(state, other), item);
}

function playItem(
  { step: id, index, value }: Start,
  values: ExpressionValues,
  run: OneRun,
  world: World,
): End | Decision {
  const given = planned(run.plan, id);
  const path = run.prefix + id;
  const isOfMany = given.forEach !== undefined;
  const named = <Value>(given: Readonly<Record<string, Value>>): Value | undefined =>
    own(given, `${path}[${index}]`) ?? own(given, path);
  const start = {
    ...{ step: path, kind: given.kind },
    ...(isOfMany && { item: { value: value as ParameterValue, index } }),
  };
  let [step, input]: [PlannedStep, unknown] = [given, undefined];
  try {
    if (step.kind === 'job' || step.kind === 'remoteWorkflow') step = evaluatedStep(step, values);
    input = inputOf(step, values);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    world.started.push({ ...start, ...whatOf(given) });
    return { outcome: 'failed', reason: expressionProblemText(error) };
  }
  world.started.push({ ...start, ...whatOf(step), ...(input !== undefined && { input }) });
  const nth = world.started.length;
  const outcome = named(world.outcomes);
  const output = named(world.outputs);
  if (step.kind === 'approval' && outcome !== 'failed' && outcome !== 'canceled')
    return { approve: outcome !== 'rejected' };
  if (step.kind === 'pipeline' && outcome === undefined)
    return playNested(step.plan, input as Readonly<Record<string, unknown>>, {
      ...run,
      ...{ key: childWorkflowId(run.key, id, isOfMany ? index : undefined), prefix: `${path}/` },
      world,
    });
  if (outcome === 'failed' || outcome === 'rejected' || outcome === 'canceled')
    return { outcome: outcome === 'canceled' ? 'canceled' : 'failed', reason: 'simulated' };
  return {
    outcome: 'succeeded',
    ...(output !== undefined && { output }),
    ...(step.kind === 'job' && { executionId: `simulated-${nth}` }),
  };
}

function playNested(
  plan: PipelinePlan,
  given: Readonly<Record<string, unknown>>,
  { world, ...around }: Omit<OneRun, 'plan' | 'parameters'> & { readonly world: World },
): End {
  const read = argumentValues(given, plan.parameters);
  if ('problems' in read)
    return { outcome: 'failed', reason: `DataFlowInvalidInput: ${read.problems.join('; ')}` };
  const { played, outcome, failed } = playWhole(
    { ...around, plan, parameters: read.values },
    world,
  );
  if (outcome === 'canceled') return { outcome };
  if (outcome !== 'succeeded')
    return { outcome: 'failed', reason: `steps that failed: ${failed.join(', ')}` };
  const statuses = played.flatMap(({ state }) =>
    Object.entries(state.steps).map(([id, { status }]) => [id, status]),
  );
  return {
    outcome,
    output: { key: around.key, steps: Object.fromEntries(statuses) as unknown },
  };
}

function whatOf(step: PlannedStep): Pick<SimulatedStart, 'runs'> {
  switch (step.kind) {
    case 'job':
      return { runs: step.jobName ?? step.jobId };
    case 'remoteWorkflow':
      return { runs: step.workflowName ?? step.workflowId };
    case 'activity':
      return { runs: step.activity };
    case 'pipeline':
      return { runs: step.plan.pipeline };
    case 'approval':
    case 'wait':
      return {};
  }
}

const waitText = (time: ReturnType<typeof waitTime>): string =>
  'forMs' in time ? durationText(time.forMs) : `until ${instantText(time.untilMs)}`;

/** @throws ExpressionError */
function inputOf(step: PlannedStep, values: ExpressionValues): unknown {
  switch (step.kind) {
    case 'job': {
      const condition = conditionOf(step, values);
      return Object.keys(condition).length === 0 ? undefined : condition;
    }
    case 'remoteWorkflow':
      return undefined;
    case 'activity':
      return step.with === undefined ? undefined : evaluateTemplate(step.with, values);
    case 'pipeline':
      return evaluatedParameters(step.parameters, values);
    case 'wait':
      return waitText(waitTime(step, values));
    case 'approval':
      return step.message === undefined ? undefined : evaluateTemplate(step.message, values);
  }
}

import type { JobCondition } from '../contract/job.js';
import { checkedMs, type Duration, DURATION_RULE, durationMs } from '../contract/durations.js';
import type {
  JobStep,
  PipelinePlan,
  RemoteWorkflowStep,
  Template,
  WaitStep,
} from '../contract/pipeline.js';
import { INSTANT_RULE, instantMs } from '../contract/schedule.js';
import type { PipelineParameters } from '../contract/pipeline-run.js';
import {
  evaluateCondition,
  evaluateList,
  evaluateTemplate,
  evaluateText,
} from './expressions/evaluate-template.js';
import { ExpressionError, wholeOf } from './expressions/expression-error.js';
import {
  type ExpressionValues,
  type RunValue,
  SKIPPED,
  type StepValue,
} from './expressions/scope.js';
import { StepBudget, type StepMeter } from './expressions/step-budget.js';
import { type Evaluate, LATER } from './planner/draft.js';
import type { StepView } from './planner/view.js';

/** What the expressions of one run have in common. */
export interface Surroundings {
  readonly plan: PipelinePlan;
  readonly parameters: PipelineParameters;
  readonly run: RunValue;
  /** Prefix of the workflow ids of pipelines within this one. */
  readonly childIdPrefix: string;
  /** Counts the steps of the expressions of the run. */
  readonly meter: StepMeter;
}

/** Evaluates `when`, `forEach` and `maxParallel` for the planner. An expression without a value fails its step. */
export const evaluatorOf =
  (
    surroundings: Surroundings,
    keep: (values: readonly unknown[]) => string | undefined,
  ): Evaluate =>
  (step, what, viewOf) => {
    const listOf = (source: string): unknown => {
      const list = evaluateList(source, values);
      surroundings.meter.countSent(JSON.stringify(list).length);
      const problem = keep(list);
      return problem === undefined ? list : { failed: problem };
    };
    const source = surroundings.plan.steps[step]?.[what];
    if (typeof source !== 'string') return { failed: 'there is no expression' };
    if (surroundings.meter.isPauseDue) return LATER;
    const values = valuesFor(surroundings, step, viewOf);
    try {
      if (what === 'maxParallel') return evaluateTemplate(`\${{ ${source} }}`, values);
      return what === 'when' ? evaluateCondition(source, values) : listOf(source);
    } catch (error) {
      if (error instanceof ExpressionError) return { failed: expressionProblemText(error) };
      throw error;
    }
  };

export const expressionProblemText = ({ source, message }: ExpressionError): string =>
  `${source} ${message}`;

/**
 * Values that the expressions of a step, or of one item of it, can use. A step's value is computed when an expression
 * names it.
 */
export function valuesFor(
  { plan, parameters, run, meter }: Surroundings,
  step: string,
  viewOf: (step: string) => StepView | undefined,
  item?: { readonly item: unknown; readonly index: number },
): ExpressionValues {
  const budget = new StepBudget(meter);
  return {
    params: parameters,
    get steps() {
      const upstream = upstreamOf(plan, step);
      budget.spend(upstream.length);
      const getters = upstream.map((id) => [id, getterOf(() => valueOf(viewOf(id)))] as const);
      return Object.defineProperties({}, Object.fromEntries(getters)) as ExpressionValues['steps'];
    },
    run,
    ...item,
    budget,
  };
}

const getterOf = (get: () => StepValue) => ({ get, enumerable: true });

const upstreams = new WeakMap<PipelinePlan, Map<string, readonly string[]>>();

/** Steps that this step needs, directly or not: they have ended when it starts. Computed once for each step. */
function upstreamOf(plan: PipelinePlan, id: string): readonly string[] {
  const known = upstreams.get(plan) ?? new Map<string, readonly string[]>();
  upstreams.set(plan, known);
  const found = known.get(id) ?? findUpstream(plan, id);
  known.set(id, found);
  return found;
}

function findUpstream({ steps }: PipelinePlan, id: string): readonly string[] {
  const found = new Set<string>();
  const open = [...(steps[id]?.needs ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...(steps[next]?.needs ?? []));
  }
  return [...found];
}

function valueOf(view: StepView | undefined): StepValue {
  if (view === undefined) return SKIPPED;
  const { status, executionId, total, succeeded, failed, canceled, skipped } = view;
  if (status === 'pending' || status === 'running') return SKIPPED; // impossible: all steps upstream have ended
  const { output, outputs } = view;
  const counts = { total, succeeded, failed, canceled, skipped };
  return { status, ...counts, executionId: executionId ?? '', output, outputs };
}

type Reached = { readonly profile?: string; readonly runTimeout?: Duration };

/** A step as it runs for one item: job, profile and runTimeout are evaluated. @throws ExpressionError */
export function evaluatedStep<Step extends JobStep | RemoteWorkflowStep>(
  step: Step,
  values: ExpressionValues,
): Step {
  const { profile, runTimeout }: Reached = step.options;
  const options = {
    ...step.options,
    ...(profile !== undefined && { profile: evaluateText(profile, values) }),
    ...(typeof runTimeout === 'string' && { runTimeout: durationIn(runTimeout, values) }),
  };
  if (step.kind !== 'job') return { ...step, options };
  return { ...step, options, jobId: evaluateText(step.jobId, values) };
}

/** @throws ExpressionError */
function durationIn(template: Template, values: ExpressionValues): Duration {
  const given = evaluateTemplate(template, values);
  if (durationMs(given) !== undefined) return given as Duration;
  throw misfit(template, DURATION_RULE, given);
}

function misfit(template: Template, rule: string, given: unknown): ExpressionError {
  const source = typeof template === 'string' ? template : JSON.stringify(template);
  const got = (JSON.stringify(given) as string | undefined)?.slice(0, MAX_SHOWN) ?? 'nothing';
  return new ExpressionError(`${rule}; got ${got}`, source, wholeOf(source));
}

/** Run settings of a job step, evaluated. @throws ExpressionError */
export function conditionOf(step: JobStep, values: ExpressionValues): JobCondition {
  const condition = Object.entries(step.jobCondition).map(
    ([name, template]) => [name, evaluateTemplate(template, values)] as const,
  );
  const parameters = Object.entries(step.parameters).map(
    ([name, template]) => [name, evaluateText(template, values)] as const,
  );
  return Object.fromEntries([
    ...condition,
    ...(parameters.length > 0 ? [['parameters', Object.fromEntries(parameters)] as const] : []),
  ]);
}

/** Parameters of a pipeline within this one, evaluated. @throws ExpressionError */
export const evaluatedParameters = (
  parameters: Readonly<Record<string, Template>>,
  values: ExpressionValues,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, it]) => [name, evaluateTemplate(it, values)]),
  );

/** How long, or until when (epoch ms) a wait lasts. @throws ExpressionError */
export function waitTime(
  { until }: WaitStep,
  values: ExpressionValues,
): { readonly forMs: number } | { readonly untilMs: number } {
  if ('for' in until) return { forMs: checkedMs(durationIn(until.for, values)) };
  const given = evaluateTemplate(until.until, values);
  const untilMs = instantMs(given);
  if (untilMs === undefined) throw misfit(until.until, INSTANT_RULE, given);
  return { untilMs };
}

/** Most characters of a value that a problem shows. */
const MAX_SHOWN = 100;

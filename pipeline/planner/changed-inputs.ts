import type { PipelineParameters } from '../../contract/pipeline-run.js';
import type { PipelinePlan, PlannedStep } from '../../contract/pipeline.js';

/** A plan, and the parameters of a run of it. */
export interface PlannedRun {
  readonly plan: PipelinePlan;
  readonly parameters: PipelineParameters;
}

/**
 * Steps that do not run the same in two runs, and why: they run something else, or with other input. What decides
 * whether and when a step runs (`needs`, `runIf`, `when`, limits, retries) is no input. A job may be named by its id in
 * one plan and by its name in the other. Pure.
 */
export function changedInputs(before: PlannedRun, after: PlannedRun): ReadonlyMap<string, string> {
  const parameters = changedParameters(before, after);
  const changes = Object.entries(after.plan.steps).flatMap(([id, step]) => {
    const old = Object.hasOwn(before.plan.steps, id) ? before.plan.steps[id] : undefined;
    const why = old === undefined ? undefined : changeOf(old, step, parameters);
    return why === undefined ? [] : [[id, why] as const];
  });
  return new Map(changes);
}

function changedParameters(before: PlannedRun, after: PlannedRun): readonly string[] {
  const names = new Set([...Object.keys(before.parameters), ...Object.keys(after.parameters)]);
  return [...names].filter((name) => !isSame(before.parameters[name], after.parameters[name]));
}

function changeOf(
  old: PlannedStep,
  step: PlannedStep,
  parameters: readonly string[],
): string | undefined {
  const [was, is] = [inputOf(old), inputOf(step)];
  if (old.kind !== step.kind || !isSameResource(old, step)) return 'it runs something else';
  for (const name of Object.keys({ ...was, ...is })) {
    if (!isSame(was[name], is[name])) return `its ${name} changed`;
  }
  if (old.kind === 'pipeline' && step.kind === 'pipeline' && !isSamePlan(old.plan, step.plan))
    return 'its pipeline changed';
  const used = parameters.find((name) => mentions(is, name));
  return used === undefined ? undefined : `parameter ${used} changed`;
}

function isSamePlan(old: PipelinePlan, plan: PipelinePlan): boolean {
  const ids = Object.keys(plan.steps);
  const isSameSize = ids.length === Object.keys(old.steps).length;
  const areKnown = ids.every((id) => Object.hasOwn(old.steps, id));
  const inside = changedInputs({ plan: old, parameters: {} }, { plan, parameters: {} });
  return isSameSize && areKnown && inside.size === 0 && isSame(old.parameters, plan.parameters);
}

/** Names of a step by which the service knows what it runs. */
function resourceOf(step: PlannedStep): readonly (string | undefined)[] {
  switch (step.kind) {
    case 'job':
      return [step.jobId, step.jobName];
    case 'remoteWorkflow':
      return [step.workflowId, step.workflowName];
    case 'activity':
      return [step.activity];
    case 'pipeline':
      return [step.plan.pipeline];
    case 'approval':
    case 'wait':
      return [step.kind];
  }
}

const isSameResource = (one: PlannedStep, other: PlannedStep): boolean =>
  resourceOf(one).some((name) => name !== undefined && resourceOf(other).includes(name));

/** What a step is given. */
function inputOf(step: PlannedStep): Readonly<Record<string, unknown>> {
  const { forEach } = step;
  switch (step.kind) {
    case 'job': {
      const { profile, runKeyParameter } = step.options;
      const { jobCondition, parameters } = step;
      return { forEach, profile, runKeyParameter, parameters, ...jobCondition };
    }
    case 'remoteWorkflow':
      return { forEach, profile: step.options.profile };
    case 'activity':
      return { forEach, with: step.with, taskQueue: step.options.taskQueue };
    case 'pipeline':
      return { forEach, parameters: step.parameters };
    case 'approval':
      return { message: step.message };
    case 'wait':
      return { wait: step.until };
  }
}

/** Whether an expression in the value may read the parameter. */
function mentions(value: unknown, parameter: string): boolean {
  if (typeof value === 'string') return new RegExp(`\\b${parameter}\\b`).test(value);
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).some((inner) => mentions(inner, parameter))
  );
}

function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return one === other;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return (
    Array.isArray(one) === Array.isArray(other) &&
    [...names].every((name) =>
      isSame((one as Record<string, unknown>)[name], (other as Record<string, unknown>)[name]),
    )
  );
}

import { durationMs } from '../../contract/durations.js';
import type {
  ActivityStep,
  ApprovalStep,
  JobStep,
  ParameterValue,
  PipelinePlan,
  PipelineStep,
  PlannedStep,
  RemoteWorkflowStep,
  WaitStep,
} from '../../contract/pipeline.js';
import {
  JOB_CONDITION_OPTIONS,
  type JobStepOptions,
  REMOTE_WORKFLOW_OPTIONS,
  RUN_JOB_OPTIONS,
} from '../../contract/run-options.js';
import { stepOptions } from '../../contract/validate.js';
import { wholeExpression } from '../expressions/template.js';
import { finallyPipeline } from './finally-pipeline.js';
import { withDefaults } from './job-defaults.js';
import type {
  WrittenActivityStep,
  WrittenApprovalStep,
  WrittenJobStep,
  WrittenPipeline,
  WrittenPipelineStep,
  WrittenRemoteWorkflowStep,
  WrittenStep,
  WrittenWaitStep,
} from './pipeline-schema.js';
import { isLate, resourceKey, type NamedResource, type ResolvedName } from './resolve-names.js';
import { pathText } from '../../contract/validate.js';
import type { SpecPath } from './problem.js';

const DAY = 86_400_000;
const ACTIVITY_TIMEOUT_MS = 600_000;

export interface NormaliseOptions {
  /** The resolved resource of a name; undefined if none was found. */
  readonly resolve: (resource: NamedResource) => ResolvedName | undefined;
}

export type NormalisedPipeline =
  { readonly plan: PipelinePlan } | { readonly problems: readonly string[] };

/**
 * The plan of a checked pipeline: ids instead of names, defaults merged, expressions without `${{ }}`. Pure. A name
 * that cannot be resolved is a problem, and so is a nested pipeline that is still a file name.
 */
export function normalisePipeline(
  spec: WrittenPipeline,
  options: NormaliseOptions,
): NormalisedPipeline {
  const normaliser = new Normaliser(options);
  const plan = normaliser.planOf(spec, [], durationMs(spec.runTimeout));
  return normaliser.problems.length > 0 ? { problems: normaliser.problems } : { plan };
}

class Normaliser {
  readonly problems: string[] = [];
  readonly #options: NormaliseOptions;

  constructor(options: NormaliseOptions) {
    this.#options = options;
  }

  planOf(
    spec: WrittenPipeline,
    at: SpecPath,
    limitMs: number | undefined,
    place = 'steps',
  ): PipelinePlan {
    const runTimeoutMs = durationMs(spec.runTimeout);
    const steps = Object.entries(spec.steps).map(
      ([id, step]) =>
        [id, this.#stepOf(step, spec, [...at, place, id], runTimeoutMs ?? limitMs)] as const,
    );
    const within = finallyPipeline(spec);
    return {
      version: 1,
      pipeline: spec.pipeline,
      parameters: parametersOf(spec),
      ...definedMembers({ runTimeoutMs }),
      concurrency: spec.concurrency ?? 10,
      onFailure: spec.onFailure ?? 'stop',
      holdForMs: durationMs(spec.holdFor) ?? 7 * DAY,
      steps: Object.fromEntries(steps),
      ...(within !== undefined && { finally: this.planOf(within, at, undefined, 'finally') }),
    };
  }

  #stepOf(
    step: WrittenStep,
    spec: WrittenPipeline,
    at: SpecPath,
    limitMs: number | undefined,
  ): PlannedStep {
    const every = everyOf(step);
    if ('job' in step) return this.#jobStepOf(withDefaults(step, spec.defaults), every, at);
    if ('remoteWorkflow' in step) return this.#remoteStepOf(step, every, at);
    if ('activity' in step) return activityStepOf(step, every, limitMs);
    if ('pipeline' in step) return this.#pipelineStepOf(step, every, at, limitMs);
    if ('wait' in step) return waitStepOf(step, every);
    return approvalStepOf(step, every);
  }

  #jobStepOf(step: WrittenJobStep, every: Every, at: SpecPath): JobStep {
    const { profile, retry } = step;
    const { parameters = {}, ...jobCondition } = picked(step, JOB_CONDITION_OPTIONS) as Settings;
    const { id, ...named } = this.#resolved('job', step.job, profile, [...at, 'job']);
    const { maximumAttempts } = retry ?? {};
    return {
      kind: 'job',
      ...every,
      jobId: id,
      ...(named.name !== undefined && { jobName: named.name }),
      options: {
        onBusy: RUN_JOB_OPTIONS.onBusy.step.default,
        ...(picked(step, stepOptions(RUN_JOB_OPTIONS)) as JobStepOptions),
        ...(maximumAttempts !== undefined && { retry: { ...retry, maximumAttempts } }),
      },
      jobCondition,
      parameters,
    };
  }

  #remoteStepOf(step: WrittenRemoteWorkflowStep, every: Every, at: SpecPath): RemoteWorkflowStep {
    const place = [...at, 'remoteWorkflow'];
    const { id, name } = this.#resolved('remoteWorkflow', step.remoteWorkflow, step.profile, place);
    return {
      kind: 'remoteWorkflow',
      ...every,
      workflowId: id,
      ...(name !== undefined && { workflowName: name }),
      options: picked(step, stepOptions(REMOTE_WORKFLOW_OPTIONS)),
    };
  }

  #pipelineStepOf(
    step: WrittenPipelineStep,
    every: Every,
    at: SpecPath,
    limitMs: number | undefined,
  ): PipelineStep {
    const place = [...at, 'pipeline'];
    const isFile = typeof step.pipeline === 'string';
    if (isFile) this.problems.push(`${pathText(place)}: a file is read by the command line only`);
    const nested = typeof step.pipeline === 'string' ? EMPTY : step.pipeline;
    return {
      kind: 'pipeline',
      ...every,
      plan: this.planOf(nested, place, limitMs),
      parameters: step.parameters ?? {},
    };
  }

  #resolved(
    kind: NamedResource['kind'],
    name: string,
    profile: string | undefined,
    at: SpecPath,
  ): ResolvedName {
    if (isLate(name, profile)) return { id: name };
    const resource = { kind, name, ...definedMembers({ profile }) };
    const found = this.#options.resolve(resource);
    if (found !== undefined) return found;
    const what = kind === 'job' ? 'job' : 'workflow';
    this.problems.push(`${pathText(at)}: there is no ${what} ${name}`);
    return { id: '' };
  }
}

type Settings = JobStep['jobCondition'] & { readonly parameters?: JobStep['parameters'] };

const EMPTY: WrittenPipeline = { pipeline: 'unread', steps: {} };

type Every = Pick<JobStep, 'needs' | 'runIf' | 'when' | 'forEach' | 'maxParallel'>;

function everyOf(step: WrittenStep): Every {
  const { forEach, maxParallel } = 'approval' in step || 'wait' in step ? {} : step;
  return {
    needs: step.needs ?? [],
    runIf: step.runIf ?? 'allSucceeded',
    ...definedMembers({
      when: sourceOf(step.when),
      maxParallel: typeof maxParallel === 'string' ? sourceOf(maxParallel) : maxParallel,
    }),
    ...definedMembers({ forEach: typeof forEach === 'string' ? sourceOf(forEach) : forEach }),
  };
}

const sourceOf = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : (wholeExpression(text)?.source ?? text);

/**
 * `limitMs`: runTimeout around the step. Default of startToCloseTimeout: ten minutes, at most the limits of the step
 * and around it.
 */
function activityStepOf(
  step: WrittenActivityStep,
  every: Every,
  limitMs: number | undefined,
): ActivityStep {
  const { taskQueue, scheduleToCloseTimeout, heartbeatTimeout, retry } = step;
  const most = Math.min(durationMs(scheduleToCloseTimeout) ?? Infinity, limitMs ?? Infinity);
  return {
    kind: 'activity',
    ...every,
    activity: step.activity,
    ...definedMembers({ with: step.with }),
    options: {
      startToCloseTimeout: step.startToCloseTimeout ?? Math.min(ACTIVITY_TIMEOUT_MS, most),
      ...definedMembers({ taskQueue, scheduleToCloseTimeout, heartbeatTimeout, retry }),
    },
  };
}

function approvalStepOf(step: WrittenApprovalStep, every: Every): ApprovalStep {
  const { timeout, message } = step.approval;
  return {
    kind: 'approval',
    needs: every.needs,
    runIf: every.runIf,
    ...definedMembers({ when: every.when, timeoutMs: durationMs(timeout), message }),
  };
}

function waitStepOf({ wait }: WrittenWaitStep, { needs, runIf, when }: Every): WaitStep {
  const until = typeof wait === 'object' ? wait : { for: wait };
  return { kind: 'wait', needs, runIf, ...definedMembers({ when }), until };
}

const parametersOf = ({ parameters = {} }: WrittenPipeline): PipelinePlan['parameters'] =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, { type, enum: values, pattern, min, max, ...rest }]) => [
      name,
      {
        type,
        ...definedMembers({ enum: values, pattern, min, max }),
        ...definedMembers({ default: rest.default as ParameterValue | undefined }),
      },
    ]),
  );

/** A resolver from the results of look-ups. */
export function resolverOf(
  found: readonly { readonly resource: NamedResource; readonly as: ResolvedName }[],
): NormaliseOptions['resolve'] {
  const byKey = new Map(found.map(({ resource, as }) => [resourceKey(resource), as]));
  return (resource) => byKey.get(resourceKey(resource));
}

/** The properties of a step that are in a table. */
const picked = (step: object, table: object): object =>
  Object.fromEntries(Object.entries(step).filter(([name]) => Object.hasOwn(table, name)));

/** Drops properties that are undefined, for `exactOptionalPropertyTypes`. */
export const definedMembers = <Members extends object>(
  members: Members,
): { [Name in keyof Members]?: Exclude<Members[Name], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Members]?: Exclude<Members[Name], undefined>;
  };

import { PIPELINE_NAME, PIPELINE_NAME_RULE } from '../../contract/pipeline-ids.js';
import type {
  ActivityStep,
  ApprovalStep,
  JobStep,
  PipelinePlan,
  PipelineStep,
  PlannedStep,
  RemoteWorkflowStep,
  WaitStep,
} from '../../contract/pipeline.js';
import { problemOfPattern } from './arguments.js';
import { ACTIVITY_RETRY_OPTIONS } from '../../contract/run-options.js';
import {
  type OptionTable,
  isRecord,
  type Problem,
  problemsOf,
  problemTexts,
  type Rule,
  type Shape,
} from '../../contract/validate.js';

const NAME = { kind: 'string' } as const;
const TEXT = { kind: 'string', mayBeEmpty: true } as const;
const COUNT = { kind: 'integer', min: 1 } as const;
const MS = { kind: 'number', min: 1, unit: 'ms' } as const;
const RECORD = { kind: 'custom', must: 'must be an object', isFit: isRecord } as const;

/** When a step may start, by how its needs ended. */
export const RUN_IF = {
  allSucceeded: 'all succeeded',
  anyFailed: 'all ended, one failed, or was skipped because of a failure further upstream',
  allDone: 'all ended, however',
  noneSkipped: 'all ended, none was skipped',
  anySucceeded: 'all ended, one succeeded',
  always: 'as allDone',
} as const;

type AnyStep = Pick<JobStep, 'needs' | 'runIf' | 'when' | 'forEach' | 'maxParallel'>;
type Own<Step> = Shape<Omit<Step, keyof AnyStep | 'kind'>>;

const STEP = {
  needs: { kind: 'list', of: TEXT },
  runIf: { kind: 'choice', choices: RUN_IF },
  when: { ...TEXT, unset: 'runs' },
  forEach: {
    kind: 'custom',
    must: 'must be a list, or an expression',
    isFit: (value: unknown) => Array.isArray(value) || typeof value === 'string',
    unset: 'once',
  },
  maxParallel: {
    kind: 'custom',
    must: 'must be an integer of at least 1, or an expression',
    isFit: (value: unknown) =>
      typeof value === 'string' || (Number.isSafeInteger(value) && Number(value) >= 1),
    unset: "the pipeline's concurrency",
  },
} as const satisfies Shape<AnyStep>;

const ACTIVITY_OPTIONS = {
  taskQueue: { ...NAME, unset: "the pipeline's own" },
  startToCloseTimeout: { kind: 'duration' },
  scheduleToCloseTimeout: { kind: 'duration', unset: 'the default' },
  heartbeatTimeout: { kind: 'duration', unset: 'none' },
  retry: { kind: 'object', options: ACTIVITY_RETRY_OPTIONS, isOpen: true, unset: 'no limit' },
} as const satisfies Shape<ActivityStep['options']>;

/**
 * Properties of each kind of step. Options of runs are checked when a run starts, templates when they are evaluated.
 */
const KINDS = {
  job: {
    jobId: NAME,
    jobName: { ...NAME, unset: 'named by its id' },
    options: RECORD,
    jobCondition: RECORD,
    parameters: RECORD,
  } as const satisfies Own<JobStep>,
  remoteWorkflow: {
    workflowId: NAME,
    workflowName: { ...NAME, unset: 'named by its id' },
    options: RECORD,
  } as const satisfies Own<RemoteWorkflowStep>,
  activity: {
    activity: NAME,
    with: { ...RECORD, isFit: () => true, unset: 'no argument' },
    options: { kind: 'object', options: ACTIVITY_OPTIONS, isOpen: true },
  } as const satisfies Own<ActivityStep>,
  pipeline: { plan: RECORD, parameters: RECORD } as const satisfies Own<PipelineStep>,
  approval: {
    timeoutMs: { ...MS, unset: 'none' },
    message: { ...RECORD, isFit: () => true, unset: 'none' },
  } as const satisfies Own<ApprovalStep>,
  wait: {
    until: {
      kind: 'custom',
      must: 'must be an object with for or until',
      isFit: (value: unknown) => isRecord(value) && ('for' in value || 'until' in value),
    },
  } as const satisfies Own<WaitStep>,
} satisfies Record<PlannedStep['kind'], OptionTable>;

const PARAMETER = {
  type: {
    kind: 'choice',
    choices: { string: 'a string', number: 'a number', boolean: 'true or false', list: 'a list' },
  },
  enum: {
    kind: 'list',
    of: { ...RECORD, isFit: (value: unknown) => ['string', 'number'].includes(typeof value) },
    unset: 'any value',
  },
  pattern: {
    kind: 'custom',
    must: 'must be a regular expression as RE2 has them',
    isFit: (value: unknown) => typeof value === 'string' && problemOfPattern(value) === undefined,
    unset: 'any string',
  },
  min: { kind: 'number', unset: 'none' },
  max: { kind: 'number', unset: 'none' },
  default: { ...RECORD, isFit: () => true, unset: 'none' },
} as const satisfies Shape<PipelinePlan['parameters'][string]>;

const PLAN = {
  version: { kind: 'integer', min: 1, max: 1, must: 'must be 1' },
  pipeline: { kind: 'string', pattern: PIPELINE_NAME, must: PIPELINE_NAME_RULE },
  parameters: { kind: 'map', of: { kind: 'object', options: PARAMETER, isOpen: true } },
  runTimeoutMs: { ...MS, unset: 'none' },
  concurrency: COUNT,
  onFailure: {
    kind: 'choice',
    choices: {
      stop: 'nothing new starts',
      continue: 'what does not need the step runs',
      hold: 'the run stays open to be repaired',
    },
  },
  holdForMs: MS,
  steps: RECORD,
  finally: { ...RECORD, unset: 'nothing' },
} as const satisfies Shape<PipelinePlan>;

const MAX_DEPTH = 50;

/** Problems of the properties of a plan that was not checked as a pipeline: the planner relies on them. */
export const shapeProblems = (plan: unknown): readonly string[] =>
  problemTexts(planShape(plan, [], 0), 'plan');

const open = (options: OptionTable): Rule => ({ kind: 'object', options, isOpen: true });

function planShape(plan: unknown, path: readonly string[], depth: number): readonly Problem[] {
  if (depth > MAX_DEPTH)
    return [{ path, message: `more than ${MAX_DEPTH} pipelines inside each other` }];
  const steps = isRecord(plan) && isRecord(plan['steps']) ? Object.entries(plan['steps']) : [];
  const within = isRecord(plan) ? plan['finally'] : undefined;
  return [
    ...problemsOf(open(PLAN), plan, path),
    ...(isRecord(within) ? planShape(within, [...path, 'finally'], depth + 1) : []),
    ...steps.flatMap(([id, step]) => {
      const place = [...path, 'steps', id];
      // The id becomes a part of ids of child workflows.
      const isName = PIPELINE_NAME.test(id);
      const named = isName ? [] : [{ path: place, message: `its id ${PIPELINE_NAME_RULE}` }];
      return [...named, ...stepShape(step, place, depth)];
    }),
  ];
}

function stepShape(step: unknown, path: readonly string[], depth: number): readonly Problem[] {
  const kind = isRecord(step) ? step['kind'] : undefined;
  if (!isRecord(step) || typeof kind !== 'string' || !Object.hasOwn(KINDS, kind))
    return [
      { path: [...path, 'kind'], message: `must be one of ${Object.keys(KINDS).join(', ')}` },
    ];
  return [
    ...problemsOf(open({ ...STEP, ...KINDS[kind as PlannedStep['kind']] }), step, path),
    ...(kind === 'pipeline' ? planShape(step['plan'], [...path, 'plan'], depth + 1) : []),
  ];
}

import { ApplicationFailure } from '@temporalio/common';
import { isCancellation, workflowInfo } from '@temporalio/workflow';
import type {
  CarriedItem,
  ChildRunState,
  HandedOverRun,
  PipelineParameters,
  PipelineRunState,
  PreparedPipeline,
  PreparePipelineInput,
  RerunFrom,
  RunPipelineOptions,
  RunPipelineRequest,
} from '../../contract/pipeline-run.js';
import { isPipelineKey, PIPELINE_KEY_RULE } from '../../contract/pipeline-ids.js';
import type { PipelinePlan, PipelineState, PlannedStep } from '../../contract/pipeline.js';
import { INSTANT_RULE, instantMs } from '../../contract/schedule.js';
import type { RunState } from '../../contract/run.js';
import { isRecord, problemsOf, problemTexts, type Rule } from '../../contract/validate.js';
import { seedFrom } from '../../pipeline/planner/retry.js';
import { argumentValues } from '../../pipeline/planner/arguments.js';
import { inFlight, isHarmless } from '../../pipeline/planner/in-flight.js';
import { initialState } from '../../pipeline/planner/step-states.js';
import { planned } from '../../pipeline/planner/order.js';
import { MAX_STATE_BYTES, pack, TooLarge, unpack } from '../../pipeline/packed.js';
import { planProblems } from '../../pipeline/planner/plan-problems.js';
import { invalidInput, readFailure } from '../runtime/failures.js';
import { preparePipeline } from '../activities.js';
import { itemKey } from './item.js';
import { refuseForeignActivation } from '../runtime/activation.js';
import { workflowState } from '../runtime/workflow-state.js';

const begun = workflowState(() => ({ pipelines: 0 }));

/**
 * Default `run.key` of a new run. A replay and a reset do not change it, and no other run has it, not even one that
 * began before continue-as-new. A run that is handed over keeps its key.
 */
function nextKey(): string {
  refuseForeignActivation();
  const ordinal = (begun().pipelines += 1);
  const { originalExecutionRunId } = workflowInfo();
  return ordinal === 1 ? originalExecutionRunId : `${originalExecutionRunId}-${ordinal}`;
}

interface FreshRunOptions
  extends RunPipelineOptions, Pick<RunPipelineRequest, 'outerTimeLeftMs' | 'scheduled'> {
  /** `run.key` that the caller set. */
  readonly key?: string | undefined;
}

/**
 * A run in which nothing has begun. A plan is used unchanged; a definition is read and checked by an activity, so that
 * workflow code needs no schema library.
 */
export async function freshRun(
  pipeline: object | string,
  { parameters = {}, profile, rerun, outerTimeLeftMs, key: given, ...time }: FreshRunOptions,
): Promise<PipelineRunState> {
  const key = given ?? nextKey();
  const { scheduledAt: at, scheduled } = time;
  const asked = { pipeline, parameters, profile, rerun, outerTimeLeftMs, key, scheduledAt: at };
  const problems = problemTexts(problemsOf(REQUEST, { ...asked, scheduled }), 'request');
  if (problems.length > 0) throw invalidInput(problems);
  if (isPlan(pipeline) && at !== undefined && scheduled === undefined)
    throw invalidInput([
      'scheduledAt: needs the pipeline as it is written; a plan has no schedule',
    ]);
  const made: PreparedPipeline = isPlan(pipeline)
    ? {
        ...{ plan: pipeline, parameters: argumentsOf(pipeline, parameters) },
        ...(scheduled !== undefined && { scheduled }),
      }
    : await preparedPlan({
        ...{ pipeline, parameters },
        ...(profile !== undefined && { profile }),
        ...(at !== undefined && { scheduled: { at, id: workflowInfo().workflowId, key } }),
      });
  const { plan } = made;
  const run: PipelineRunState = {
    version: 1,
    ...made,
    key,
    ...(profile !== undefined && { profile }),
    ...(outerTimeLeftMs !== undefined && { outerTimeLeftMs }),
    ...(rerun === undefined ? { state: initialState(plan), carried: [] } : seeded(plan, rerun)),
  };
  try {
    pack(run, MAX_STATE_BYTES / 2);
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    const seed = rerun === undefined ? '' : ' and the state of the rerun';
    throw invalidInput([`pipeline: ${plan.pipeline} with its parameters${seed} ${error.message}`]);
  }
  return run;
}

/** Parts of a request that are checked without reading its pipeline. */
const REQUEST: Rule = {
  kind: 'object',
  options: {
    pipeline: {
      kind: 'custom',
      must: 'must be a pipeline as an object, or the contents of a YAML file as a string',
      isFit: (value) => (typeof value === 'string' && value !== '') || isRecord(value),
    },
    parameters: {
      kind: 'custom',
      must: 'must be an object with names and values',
      isFit: isRecord,
    },
    profile: { kind: 'string', unset: 'that of each step' },
    rerun: {
      kind: 'custom',
      must: 'must be { state, carried }, state and carried of the query dataflowPipelineState',
      isFit: (value) => isRecord(value) && isRecord(value['state']),
      unset: 'nothing ran before',
    },
    outerTimeLeftMs: { kind: 'number', unit: 'ms', unset: 'no limit' },
    scheduledAt: {
      kind: 'custom',
      must: INSTANT_RULE,
      isFit: (value) => instantMs(value) !== undefined,
      unset: 'none',
    },
    scheduled: {
      kind: 'object',
      options: {
        at: {
          kind: 'custom',
          must: INSTANT_RULE,
          isFit: (value) => instantMs(value) !== undefined,
        },
        date: { kind: 'string' },
        previous: { kind: 'string', unset: 'none' },
      },
      must: 'must be { at, date, previous }, from the query dataflowPipelineState',
      unset: 'none',
    },
    key: { kind: 'custom', must: PIPELINE_KEY_RULE, isFit: isPipelineKey },
  },
};

/**
 * State in which a rerun begins.
 * @throws ApplicationFailure `DataFlowInvalidInput` for an unreadable state, and for one with items in flight without a
 *   carried state: the rerun would start them a second time
 */
function seeded(
  plan: PipelinePlan,
  { state, carried = [], again = [] }: RerunFrom,
): Pick<PipelineRunState, 'state' | 'carried'> {
  return readable('rerun', () => {
    const [from, given] = [unpack<PipelineState>(state), unpack<readonly CarriedItem[]>(carried)];
    const byKey = new Map(given.map((item) => [itemKey(item), item]));
    const flying = inFlight(plan, from).map(({ step, index, attempt }) => {
      const known = byKey.get(itemKey({ step, index }));
      return {
        item: { step, index, attempt },
        known: known?.attempt === attempt ? known : undefined,
      };
    });
    refuseUnknownFlight(plan, from, again);
    const lost = flying.filter(({ item, known }) => !canGoOn(planned(plan, item.step), known));
    if (lost.length > 0) {
      const names = lost.slice(0, MAX_PROBLEMS).map(({ item }) => itemKey(item));
      throw invalidInput([
        `rerun.carried: must hold each item in flight with its state, or with anew: true; missing: ${names.join(', ')}`,
      ]);
    }
    const kept = new Map(
      flying.flatMap(({ item, known }) =>
        known?.anew || again.includes(item.step) ? [] : [[itemKey(item), known ?? item] as const],
      ),
    );
    // A nested pipeline that was terminated counts as failed, but what it started may still run.
    for (const item of given) {
      const status = from.steps[item.step]?.items[item.index]?.status;
      if (item.child !== undefined && (status === 'failed' || status === 'canceled'))
        kept.set(itemKey(item), item);
    }
    return {
      state: seedFrom(plan, from, (step, index) => kept.has(itemKey({ step, index })), again),
      carried: [...kept.values()].map(withoutLimit),
    };
  });
}

/**
 * What is in flight must be awaited by the step that started it: not where the step is gone, or has another input.
 * @throws ApplicationFailure `DataFlowInvalidInput`
 */
function refuseUnknownFlight(
  plan: PipelinePlan,
  { steps }: PipelineState,
  again: readonly string[],
): void {
  const wrong = Object.entries(steps).flatMap(([id, { counts }]) => {
    if (counts.running === 0) return [];
    const step = Object.hasOwn(plan.steps, id) ? plan.steps[id] : undefined;
    if (step === undefined) return [`${id} is in flight, and the pipeline no longer has it`];
    return again.includes(id) && !isHarmless(step)
      ? [`${id} is in flight, and has another input now`]
      : [];
  });
  if (wrong.length > 0)
    throw invalidInput(wrong.slice(0, MAX_PROBLEMS).map((one) => `rerun: ${one}: stop it first`));
}

/** Whether an item in flight can be resumed from its carried state, or may be started again. */
function canGoOn(step: PlannedStep, known: CarriedItem | undefined): boolean {
  if (known?.anew || isHarmless(step)) return true;
  return (
    (step.kind === 'job' && known?.run !== undefined) ||
    (step.kind === 'pipeline' && known?.child !== undefined)
  );
}

/** A rerun starts with its full time limits, as its pipeline does. */
function withoutLimit(item: CarriedItem): CarriedItem {
  const { run, child } = item;
  if (child !== undefined)
    return { ...item, child: { ...child, carried: child.carried.map(withoutLimit) } };
  const { timeLeftMs, ...rest } = run ?? {};
  return timeLeftMs === undefined ? item : { ...item, run: rest as RunState };
}

/** Fails the run for unreadable input, where an exception would fail the workflow task again and again. */
export function readable<Value>(what: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof ApplicationFailure) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw invalidInput([`${what}: cannot be read (${why})`]);
  }
}

/** Restores a run that was handed over; its plan is included, or passed beside it. */
export function restored(
  resumeFrom: HandedOverRun | ChildRunState,
  pipeline: object | string,
): PipelineRunState {
  const state: PipelineRunState | ChildRunState = unpack(resumeFrom);
  const run = 'plan' in state ? state : { ...state, plan: pipeline as PipelinePlan };
  const problems = planProblems(run.plan);
  if (problems.length > 0) throw invalidInput(problems.slice(0, MAX_PROBLEMS));
  return run;
}

/**
 * The plan of a pipeline definition.
 * @throws ApplicationFailure with the type of the activity's failure, so that the workflow fails with it
 */
export async function preparedPlan(input: PreparePipelineInput): Promise<PreparedPipeline> {
  try {
    return await preparePipeline(input);
  } catch (error) {
    if (isCancellation(error)) throw error;
    const { type, message, details } = readFailure(error);
    throw ApplicationFailure.create({ type, message, nonRetryable: true, details: [details] });
  }
}

/** Anything without steps and parameters goes to the activity, which reports its problems. */
function isPlan(pipeline: object | string): pipeline is PipelinePlan {
  if (typeof pipeline !== 'object') return false;
  const { version, steps, parameters } = pipeline as Partial<Record<keyof PipelinePlan, unknown>>;
  return version === 1 && [steps, parameters].every((it) => typeof it === 'object' && it !== null);
}

/** @throws ApplicationFailure `DataFlowInvalidInput` for parameters that do not fit, and a plan that cannot be run */
function argumentsOf(plan: PipelinePlan, given: PipelineParameters): PipelineParameters {
  const planned = planProblems(plan);
  const read = readable('parameters', () => argumentValues(given, plan.parameters));
  if ('values' in read && planned.length === 0) return read.values;
  const misfits = 'problems' in read ? read.problems.map((one) => `parameters.${one}`) : [];
  throw invalidInput([...planned, ...misfits].slice(0, MAX_PROBLEMS));
}

/** Maximum number of problems in a failure, which must stay small. */
const MAX_PROBLEMS = 20;

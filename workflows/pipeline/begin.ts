import { ApplicationFailure } from '@temporalio/common';
import { isCancellation, workflowInfo } from '@temporalio/workflow';
import type {
  PipelineParameters,
  PipelineRunState,
  PreparedPipeline,
  PreparePipelineInput,
  RunPipelineOptions,
  RunPipelineRequest,
} from '../../contract/pipeline-run.js';
import type { PipelinePlan } from '../../contract/pipeline.js';
import { seedFrom } from '../../pipeline/plan/again.js';
import { initialState } from '../../pipeline/plan/initial-state.js';
import { planProblems } from '../../pipeline/plan/plan-problems.js';
import { invalidInput, readFailure } from '../failures.js';
import { preparePipeline } from '../proxies.js';
import { refuseForeignTurn } from '../turn.js';
import { workflowState } from '../workflow-state.js';

const begun = workflowState(() => ({ pipelines: 0 }));

/** `run.key`: the same after a replay, a reset and continue-as-new. */
function nextKey(): string {
  refuseForeignTurn();
  const ordinal = (begun().pipelines += 1);
  const { firstExecutionRunId } = workflowInfo();
  return ordinal === 1 ? firstExecutionRunId : `${firstExecutionRunId}-${ordinal}`;
}

type FreshRunOptions = RunPipelineOptions & Pick<RunPipelineRequest, 'outerTimeLeftMs'>;

/**
 * A run in which nothing has begun. A plan is taken as it is; anything else is read and checked by an activity, so that
 * workflow code needs no schema library.
 */
export async function freshRun(
  pipeline: object | string,
  { parameters = {}, profile, rerun, outerTimeLeftMs }: FreshRunOptions,
): Promise<PipelineRunState> {
  const key = nextKey();
  if (
    pipeline === '' ||
    !['string', 'object'].includes(typeof pipeline) ||
    (pipeline as unknown) === null
  )
    throw invalidInput(['pipeline: give a pipeline as an object, or the text of a YAML file']);
  const made = isPlan(pipeline)
    ? { plan: pipeline, parameters: argumentsOf(pipeline, parameters) }
    : await prepared({ pipeline, parameters, ...(profile !== undefined && { profile }) });
  const { plan } = made;
  return {
    version: 1,
    ...made,
    key,
    ...(profile !== undefined && { profile }),
    ...(outerTimeLeftMs !== undefined && { outerTimeLeftMs }),
    state: rerun === undefined ? initialState(plan) : seedFrom(plan, rerun.state),
    carried: [],
  };
}

/** @throws ApplicationFailure as the activity told it, so that its type is that of the workflow's own failure */
async function prepared(input: PreparePipelineInput): Promise<PreparedPipeline> {
  try {
    return await preparePipeline(input);
  } catch (error) {
    if (isCancellation(error)) throw error;
    const { type, message, details } = readFailure(error);
    throw ApplicationFailure.create({ type, message, nonRetryable: true, details: [details] });
  }
}

/** What has not even steps and parameters goes to the activity, which says what is wrong with it. */
function isPlan(pipeline: object | string): pipeline is PipelinePlan {
  if (typeof pipeline !== 'object') return false;
  const { version, steps, parameters } = pipeline as Partial<Record<keyof PipelinePlan, unknown>>;
  return version === 1 && [steps, parameters].every((it) => typeof it === 'object' && it !== null);
}

/** @throws ApplicationFailure `DataFlowInvalidInput` for parameters that do not fit, and edges that lead nowhere */
function argumentsOf(plan: PipelinePlan, given: PipelineParameters): PipelineParameters {
  const problems = Object.keys(given)
    .filter((name) => !Object.hasOwn(plan.parameters, name))
    .map((name) => `parameters.${name}: unknown to pipeline ${plan.pipeline}`);
  const values = Object.entries(plan.parameters).map(([name, { type, default: otherwise }]) => {
    const value = given[name] ?? otherwise;
    const isFit = type === 'list' ? Array.isArray(value) : typeof value === type;
    if (!isFit) problems.push(`parameters.${name}: give a ${type}`);
    return [name, value] as const;
  });
  problems.push(...planProblems(plan));
  if (problems.length > 0) throw invalidInput(problems);
  return Object.fromEntries(values) as PipelineParameters;
}

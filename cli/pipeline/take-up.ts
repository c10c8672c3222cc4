import { durationMs } from '../../contract/durations.js';
import { childWorkflowId } from '../../contract/pipeline-ids.js';
import type { CarriedItem, ChildRunState, RerunFrom } from '../../contract/pipeline-run.js';
import type { PipelinePlan, PipelineState } from '../../contract/pipeline.js';
import { seedFrom } from '../../pipeline/planner/retry.js';
import { inFlight } from '../../pipeline/planner/in-flight.js';
import { planned } from '../../pipeline/planner/order.js';
import { CommandFailed } from '../command-failed.js';
import { describeWorkflow } from '../run/describe-workflow.js';
import { isAbrupt } from '../run/open-status.js';
import type { Temporal } from '../run/temporal-connection.js';
import { timeText } from '../view/time-text.js';
import { type AskedRun, askState } from './asked-state.js';

export interface TakenUp extends RerunFrom {
  readonly state: PipelineState;
  readonly carried: readonly CarriedItem[];
}

/**
 * The state from which a rerun of a closed run starts. A run that was terminated, or timed out by the server, has items
 * in flight: executions are taken up, and pipelines within it once they have closed.
 * @throws CommandFailed naming everything that may still run and cannot be taken up
 */
export async function takeUp(temporal: Temporal, runId: string, asked: AskedRun): Promise<TakenUp> {
  const { plan, state, carried } = asked.answer;
  const found: CarriedItem[] = [];
  const problems: string[] = [];
  const keep = (taken: CarriedItem | string): void => {
    if (typeof taken === 'string') problems.push(taken);
    else found.push(taken);
  };
  for (const ref of inFlight(plan, state)) {
    const known = carried.find(({ step, index }) => step === ref.step && index === ref.index);
    keep(await takeUpItem(temporal, { asked, ref, known, childId: childIdOf(runId, plan, ref) }));
  }
  for (const ref of endedPipelines(asked.answer)) {
    const childId = childIdOf(runId, plan, ref);
    const { status } = await describeWorkflow(temporal, childId);
    // It has failed for its parent, but what it had started may still run.
    if (isAbrupt(status)) keep(await takeUpChild(temporal, ref, childId));
  }
  if (problems.length > 0)
    throw new CommandFailed(
      'refused',
      `run ${runId} cannot be run again yet: a rerun would start a second time what may still run`,
      ...problems.slice(0, MAX_LINES),
      ...(problems.length > MAX_LINES ? [`and ${problems.length - MAX_LINES} more`] : []),
    );
  return { state, carried: found };
}

const MAX_LINES = 20;

type Ref = Pick<CarriedItem, 'step' | 'index' | 'attempt'>;

const childIdOf = (runId: string, plan: PipelinePlan, { step, index }: Ref): string =>
  childWorkflowId(runId, step, planned(plan, step).forEach === undefined ? undefined : index);

/** Pipelines within it that ran and failed or were canceled. */
const endedPipelines = ({ plan, state }: AskedRun['answer']): readonly Ref[] =>
  Object.entries(state.steps).flatMap(([step, { items }]) =>
    planned(plan, step).kind === 'pipeline'
      ? items.flatMap(({ status, attempt }, index) =>
          attempt > 0 && (status === 'failed' || status === 'canceled')
            ? [{ step, index, attempt }]
            : [],
        )
      : [],
  );

interface Item {
  readonly asked: AskedRun;
  readonly ref: Ref;
  readonly known: CarriedItem | undefined;
  /** Workflow id of the item if it is a pipeline. */
  readonly childId: string;
}

/** The item as the rerun takes it up, or why it cannot. */
async function takeUpItem(temporal: Temporal, it: Item): Promise<CarriedItem | string> {
  const { known, childId, asked } = it;
  const { step: id, index, attempt } = it.ref;
  const ref = { step: id, index, attempt };
  const step = planned(asked.answer.plan, id);
  switch (step.kind) {
    case 'job':
    case 'approval':
    case 'wait':
      return known ?? ref;
    case 'activity': {
      // After its time limit no worker runs the attempt. Activities of a step may run more than once:
      // docs/pipelines.md.
      const untilMs = (asked.closeMs ?? 0) + (durationMs(step.options.startToCloseTimeout) ?? 0);
      return Date.now() >= untilMs
        ? { ...ref, anew: true }
        : `step ${id}: its activity ${step.activity} may run until ${timeText(untilMs)}; repeat this command then`;
    }
    case 'remoteWorkflow':
      return `step ${id}: the workflow ${step.workflowName ?? step.workflowId} of the service may run, and cannot be taken up: check its jobs (dataflow api getJobExecutions --jobId <job>), then run this pipeline with another --key`;
    case 'pipeline':
      return known?.child === undefined
        ? await takeUpChild(temporal, ref, childId)
        : { ...ref, child: known.child };
  }
}

/** The pipeline within an item, taken up like its parent. */
async function takeUpChild(
  temporal: Temporal,
  ref: Ref,
  childId: string,
): Promise<CarriedItem | string> {
  let asked: AskedRun;
  try {
    asked = await askState(temporal, childId);
  } catch (error) {
    // The parent was closed before it started this child.
    if (error instanceof CommandFailed && error.exit === 'not-found') return { ...ref, anew: true };
    throw error;
  }
  if (asked.isRunning)
    return `step ${ref.step}: its pipeline, workflow ${childId}, has not ended: wait for its end (dataflow pipeline watch ${childId}), then repeat this command`;
  const { state, carried } = await takeUp(temporal, childId, asked);
  const { plan, parameters, profile, scheduled } = asked.answer;
  const kept = carried.filter(({ anew }) => anew !== true);
  const isKept = (step: string, index: number): boolean =>
    kept.some((one) => one.step === step && one.index === index);
  const child: ChildRunState = {
    version: 1,
    ...{ parameters, key: asked.key, carried: kept },
    ...(profile !== undefined && { profile }),
    ...(scheduled !== undefined && { scheduled }),
    state: seedFrom(plan, state, isKept),
  };
  return { ...ref, child };
}

import type { WorkflowExecutionStatusName, WorkflowHandle } from '@temporalio/client';
import type { PipelineProgress } from '../../contract/pipeline-run.js';
import type { RunProgress } from '../../contract/run.js';
import { itemText } from '../view/pipeline-entries.js';
import { type AllProgress, jobRunsOf, pipelinesOf, progressOf } from './ask-progress.js';
import { isAbrupt } from './open-status.js';
import type { Temporal } from './temporal-connection.js';

/** What may still run although the workflow that watched it has ended. */
export interface LeftRunning {
  /** Step and item of a pipeline. */
  readonly step?: string;
  readonly jobId?: string;
  readonly executionId?: string;
  /** What the service said last of it. */
  readonly status?: string;
  /** A start may have been accepted; these may be its execution. */
  readonly candidates?: readonly string[];
  /** A pipeline within the pipeline. */
  readonly workflowId?: string;
  /** An activity of the worker. */
  readonly activity?: true;
}

/**
 * What a workflow that closed may have left running, in lines: nothing where nothing is left, and where no worker tells
 * and the workflow ended by code of its own, which stops what it had started.
 */
export async function leftByClosed(
  temporal: Temporal,
  handle: WorkflowHandle,
  status: WorkflowExecutionStatusName,
): Promise<readonly string[]> {
  const all = await progressOf(temporal, handle);
  if (all !== undefined && all !== 'none') return leftRunningLines(leftRunning(all));
  return isAbrupt(status)
    ? [
        'what it had started was not stopped, and no worker tells what that is: start one and repeat this',
      ]
    : [];
}

/** What had been started and was not seen to end, at the last moment that the workflow tells of. */
export function leftRunning(all: AllProgress): readonly LeftRunning[] {
  const steps = stepsByExecution(pipelinesOf(all));
  return [
    ...jobRunsOf(all).flatMap((run) => leftOfRun(run, steps)),
    ...pipelinesOf(all).flatMap(leftOfPipeline),
  ];
}

function leftOfRun(run: RunProgress, steps: ReadonlyMap<string, string>): readonly LeftRunning[] {
  const { jobId, phase, executionId, status, doubt, candidates } = run;
  if (phase === 'ended') return [];
  if (executionId !== undefined) {
    const step = steps.get(executionId);
    return [
      {
        ...(step !== undefined && { step }),
        ...{ jobId, executionId },
        ...(status !== undefined && { status }),
      },
    ];
  }
  return doubt || phase === 'submitting' ? [{ jobId, candidates }] : [];
}

function leftOfPipeline({ steps }: PipelineProgress): readonly LeftRunning[] {
  return Object.entries(steps).flatMap(([step, shown]): readonly LeftRunning[] => {
    const { kind, status, childWorkflowIds = [] } = shown;
    if (status !== 'running') return [];
    if (kind === 'activity') return [{ step, activity: true }];
    return kind === 'pipeline' ? childWorkflowIds.map((workflowId) => ({ step, workflowId })) : [];
  });
}

function stepsByExecution(pipelines: readonly PipelineProgress[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { steps } of pipelines)
    for (const [id, { items, executionId, running = [] }] of Object.entries(steps)) {
      if (executionId !== undefined) found.set(executionId, id);
      for (const item of running)
        if (item.executionId !== undefined)
          found.set(item.executionId, items === undefined ? id : `${id} ${itemText(item)}`);
    }
  return found;
}

const MAX_LINES = 20;

/** A line for each, with where to look. */
export function leftRunningLines(left: readonly LeftRunning[]): readonly string[] {
  const lines = left.slice(0, MAX_LINES).map((one) => `may still run: ${leftText(one)}`);
  const more = left.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more: --json names them`] : lines;
}

function leftText({
  step,
  jobId = '',
  executionId,
  status,
  candidates = [],
  workflowId,
  activity,
}: LeftRunning): string {
  const of = step === undefined ? '' : ` (step ${step})`;
  if (activity) return `the activity of step ${step ?? ''}`;
  if (workflowId !== undefined)
    return `workflow ${workflowId}${of}: dataflow pipeline watch ${workflowId}`;
  if (executionId === undefined) {
    const seen = candidates.length === 0 ? '' : `; seen: ${candidates.join(', ')}`;
    return `what a start of job ${jobId}${of} may have begun${seen}: dataflow api getJobExecutions --jobId ${jobId}`;
  }
  const last = status === undefined ? '' : `, last seen ${status}`;
  return `execution ${executionId} of job ${jobId}${of}${last}: dataflow api getJobExecutionById --jobId ${jobId} --executionId ${executionId}; to stop it: dataflow api cancelJobExecution with these flags`;
}

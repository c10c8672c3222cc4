import type { WorkflowExecutionStatusName, WorkflowHandle } from '@temporalio/client';
import type { PipelineProgress } from '../../contract/pipeline-run.js';
import { isTerminal } from '../../contract/job.js';
import type { RemoteRunProgress } from '../../contract/remote-run.js';
import type { RunProgress } from '../../contract/run.js';
import { itemText } from '../view/pipeline-entries.js';
import {
  type AllProgress,
  jobRunsOf,
  pipelinesOf,
  progressOf,
  remoteRunsOf,
} from './ask-progress.js';
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
  /** A workflow of the service, which starts its jobs by itself. */
  readonly remoteWorkflowId?: string;
  /** Jobs of it that it may start yet, or has started unseen. */
  readonly mayStart?: readonly string[];
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
  const steps = stepsByRun(pipelinesOf(all));
  const runs = [...jobRunsOf(all), ...remoteRunsOf(all)];
  return [
    ...runs.flatMap((run) => {
      const step = steps.get(run.submission);
      const left = 'jobId' in run ? leftOfRun(run) : leftOfRemote(run);
      return left.map((one) => ({ ...(step !== undefined && { step }), ...one }));
    }),
    ...pipelinesOf(all).flatMap(leftOfPipeline),
  ];
}

function leftOfRun(run: RunProgress): readonly LeftRunning[] {
  const { jobId, phase, executionId, status, doubt, candidates } = run;
  if (phase === 'ended') return [];
  if (executionId !== undefined)
    return [{ jobId, executionId, ...(status !== undefined && { status }) }];
  return doubt || phase === 'submitting' ? [{ jobId, candidates }] : [];
}

/** What a workflow of the service may run or start yet: what it has begun it goes on with by itself. */
function leftOfRemote(run: RemoteRunProgress): readonly LeftRunning[] {
  const { workflowId: remoteWorkflowId, phase, doubt, obtained, nodes } = run;
  const isBegun = doubt || phase === 'submitting' || obtained !== undefined;
  if (phase === 'ended' || !isBegun) return [];
  const running = nodes.flatMap(({ jobId, executionId, status, candidates }): LeftRunning[] => {
    const among = [...(executionId === undefined ? [] : [executionId]), ...(candidates ?? [])];
    if (candidates !== undefined) return [{ remoteWorkflowId, jobId, candidates: among }];
    if (executionId === undefined || (status !== undefined && isTerminal(status))) return [];
    return [{ remoteWorkflowId, jobId, executionId, ...(status !== undefined && { status }) }];
  });
  const unseen = nodes.filter(({ status, candidates }) => (status ?? candidates) === undefined);
  const mayStart = unseen.map(({ jobId }) => jobId);
  const isUnseen = nodes.length === 0 || mayStart.length > 0;
  return isUnseen ? [...running, { remoteWorkflowId, mayStart }] : running;
}

function leftOfPipeline({ steps }: PipelineProgress): readonly LeftRunning[] {
  return Object.entries(steps).flatMap(([step, shown]): readonly LeftRunning[] => {
    const { kind, status, childWorkflowIds = [] } = shown;
    if (status !== 'running') return [];
    if (kind === 'activity') return [{ step, activity: true }];
    return kind === 'pipeline' ? childWorkflowIds.map((workflowId) => ({ step, workflowId })) : [];
  });
}

/** Step and item, by the key of the run. */
function stepsByRun(pipelines: readonly PipelineProgress[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { steps } of pipelines)
    for (const [id, { items, running = [] }] of Object.entries(steps))
      for (const item of running)
        if (item.submission !== undefined)
          found.set(item.submission, items === undefined ? id : `${id} ${itemText(item)}`);
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
  remoteWorkflowId,
  mayStart,
  activity,
}: LeftRunning): string {
  const of = step === undefined ? '' : ` (step ${step})`;
  if (activity) return `the activity of step ${step ?? ''}`;
  if (workflowId !== undefined)
    return `workflow ${workflowId}${of}: dataflow pipeline watch ${workflowId}`;
  if (remoteWorkflowId !== undefined && mayStart !== undefined) {
    const jobs = mayStart.length === 0 ? 'its jobs' : `job ${mayStart.join(', ')}`;
    return `workflow ${remoteWorkflowId} of the service${of}, which may have started ${jobs}, or may start them yet: dataflow api getWorkflowById --workflowId ${remoteWorkflowId} names its jobs, and getJobExecutions what they run`;
  }
  if (executionId === undefined) {
    const seen = candidates.length === 0 ? '' : `; seen: ${candidates.join(', ')}`;
    return `what a start of job ${jobId}${of} may have begun${seen}: dataflow api getJobExecutions --jobId ${jobId}`;
  }
  const last = status === undefined ? '' : `, last seen ${status}`;
  return `execution ${executionId} of job ${jobId}${of}${last}: dataflow api getJobExecutionById --jobId ${jobId} --executionId ${executionId}; to stop it: dataflow api cancelJobExecution with these flags`;
}

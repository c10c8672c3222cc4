import { isTerminal } from '../contract/job.js';
import type { PipelineProgress } from '../contract/pipeline-run.js';
import { type AllProgress, jobRunsOf, pipelinesOf, remoteRunsOf } from '../contract/progress.js';
import type { RemoteRunProgress } from '../contract/remote-run.js';
import type { RunProgress } from '../contract/run.js';
import { itemName } from '../pipeline/planner/item-name.js';

/** What may still run although the workflow that watched it has ended. */
export interface LeftRunning {
  /** Step and item of a pipeline. */
  readonly step?: string;
  readonly jobId?: string;
  readonly executionId?: string;
  /** Last known status of the execution. */
  readonly status?: string;
  /** Set where a submission may have been accepted: executions that may be its. Empty if none was seen. */
  readonly candidates?: readonly string[];
  /** A workflow of the service. The service starts its jobs without us. */
  readonly remoteWorkflowId?: string;
  /** Jobs of that workflow that may still start, or have started unseen. */
  readonly mayStart?: readonly string[];
  /** Workflow id of a pipeline within the pipeline. */
  readonly workflowId?: string;
  /** Set for an activity of the user. */
  readonly activity?: true;
}

/**
 * What a closed workflow may have left running: everything that it had started and had not seen to end. For a workflow
 * that was terminated, that the server ended by its execution timeout, or whose function ended before its runs.
 * @param all answer of its query `dataflowProgress`; a worker of its task queue answers it after the close too
 */
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
  const { jobId, phase, executionId, status, outcomeUnknown, candidates } = run;
  if (phase === 'ended') return [];
  if (executionId !== undefined)
    return [{ jobId, executionId, ...(status !== undefined && { status }) }];
  return outcomeUnknown || phase === 'submitting' ? [{ jobId, candidates }] : [];
}

/** What a workflow of the service may still run or start: the service continues it without us. */
function leftOfRemote(run: RemoteRunProgress): readonly LeftRunning[] {
  const { workflowId: remoteWorkflowId, phase, outcomeUnknown, submissionOutcome, nodes } = run;
  const isBegun = outcomeUnknown || phase === 'submitting' || submissionOutcome !== undefined;
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
          found.set(
            item.submission,
            items === undefined ? id : `${id} ${itemName(item.value, item.index)}`,
          );
  return found;
}

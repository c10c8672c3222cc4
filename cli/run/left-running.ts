import type { WorkflowExecutionStatusName, WorkflowHandle } from '@temporalio/client';
import { cleanText } from '../../client/clean-text.js';
import { type LeftRunning, leftRunning } from '../../worker/left-running.js';
import { askProgress } from './ask-progress.js';
import { isAbrupt } from './open-status.js';
import type { Temporal } from './temporal-connection.js';

/**
 * Lines about what a closed workflow may have left running. Empty where nothing is left. If no worker answers, it is
 * empty too where the workflow ended by its own code, which stops what it had started.
 */
export async function leftByClosed(
  temporal: Temporal,
  handle: WorkflowHandle,
  status: WorkflowExecutionStatusName,
): Promise<readonly string[]> {
  const all = await askProgress(temporal, handle);
  if (all !== undefined && all !== 'none') return leftRunningLines(leftRunning(all));
  return isAbrupt(status)
    ? [
        'what it had started was not stopped; to read what that is, start a worker and repeat this command',
      ]
    : [];
}

const MAX_LINES = 20;
/** Longer names of a step with its item are cut. */
const MAX_STEP = 240;

/** A line for each, with the command that shows it. */
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
  const of = step === undefined ? '' : ` (step ${cleanText(step, [], MAX_STEP)})`;
  if (activity) return `the activity of step ${step ?? ''}`;
  if (workflowId !== undefined)
    return `workflow ${workflowId}${of}: dataflow pipeline watch ${workflowId}`;
  if (remoteWorkflowId !== undefined && mayStart !== undefined) {
    const jobs = mayStart.length === 0 ? 'its jobs' : `job ${mayStart.join(', ')}`;
    return `workflow ${remoteWorkflowId} of the service${of}, which may have started ${jobs} or may still start them: dataflow api getWorkflowById --workflowId ${remoteWorkflowId} names its jobs, and dataflow api getJobExecutions their executions`;
  }
  if (executionId === undefined) {
    const seen = candidates.length === 0 ? '' : `; seen: ${candidates.join(', ')}`;
    return `an execution of job ${jobId}${of} that a submission may have started${seen}: dataflow api getJobExecutions --jobId ${jobId}`;
  }
  const last = status === undefined ? '' : `, last seen ${status}`;
  return `execution ${executionId} of job ${jobId}${of}${last}: dataflow api getJobExecutionById --jobId ${jobId} --executionId ${executionId}; to stop it: dataflow api cancelJobExecution with these flags`;
}

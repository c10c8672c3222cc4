import type { WorkflowExecutionStatusName, WorkflowHandle } from '@temporalio/client';
import { cleanText } from '../../client/clean-text.js';
import { type LeftRunning, leftRunning } from '../../worker/left-running.js';
import { askProgress } from './ask-progress.js';
import { isAbrupt } from './open-status.js';
import type { Temporal } from './temporal-connection.js';

/**
 * What a workflow that closed may have left running, in lines: nothing where nothing is left, and where no worker tells
 * and the workflow ended by code of its own, which stops what it had started.
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
        'what it had started was not stopped, and no worker tells what that is: start one and repeat this',
      ]
    : [];
}

const MAX_LINES = 20;
/** Longest name of a step with its item that is shown. */
const MAX_STEP = 240;

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
  const of = step === undefined ? '' : ` (step ${cleanText(step, [], MAX_STEP)})`;
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

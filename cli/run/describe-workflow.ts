import {
  type WorkflowExecutionStatusName,
  type WorkflowHandle,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { CommandFailed } from '../command-failed.js';
import { isOpen } from './open-status.js';
import type { Temporal } from './temporal-connection.js';

interface Described {
  readonly handle: WorkflowHandle;
  readonly taskQueue: string;
  readonly startMs: number;
  readonly closeMs?: number;
  readonly status: WorkflowExecutionStatusName;
  /** Whether it has not closed; true for a paused workflow. */
  readonly isRunning: boolean;
}

/** Handle and description of a workflow, or of one run of it. @throws CommandFailed where it does not exist */
export async function describeWorkflow(
  { client, codecFree, namespace, address }: Temporal,
  workflowId: string,
  runId?: string,
): Promise<Described> {
  const handle = client.workflow.getHandle(workflowId, runId);
  try {
    const { taskQueue, startTime, closeTime, status } = await codecFree.workflow
      .getHandle(workflowId, runId)
      .describe();
    return {
      handle,
      taskQueue,
      startMs: startTime.getTime(),
      ...(closeTime !== undefined && { closeMs: closeTime.getTime() }),
      status: status.name,
      isRunning: isOpen(status.name),
    };
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new CommandFailed(
      'not-found',
      `there is no workflow ${JSON.stringify(workflowId.slice(0, 100))} in namespace ${namespace} at ${address}: ` +
        'check the id and TEMPORAL_NAMESPACE; Temporal deletes workflows some time after their end',
    );
  }
}

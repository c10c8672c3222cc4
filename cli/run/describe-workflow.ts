import { type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { CommandFailed } from '../command-failed.js';
import type { Temporal } from './temporal-connection.js';

interface Described {
  readonly handle: WorkflowHandle;
  readonly taskQueue: string;
  readonly startMs: number;
  readonly isRunning: boolean;
}

/** A workflow that exists. @throws CommandFailed where it does not */
export async function describeWorkflow(
  { client, namespace, address }: Temporal,
  workflowId: string,
): Promise<Described> {
  const handle = client.workflow.getHandle(workflowId);
  try {
    const { taskQueue, startTime, status } = await handle.describe();
    return {
      handle,
      taskQueue,
      startMs: startTime.getTime(),
      isRunning: status.name === 'RUNNING',
    };
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw new CommandFailed(
      'not-found',
      `there is no workflow ${JSON.stringify(workflowId.slice(0, 100))} in namespace ${namespace} at ${address}: ` +
        'check the id and TEMPORAL_NAMESPACE; an old one may have been deleted',
    );
  }
}

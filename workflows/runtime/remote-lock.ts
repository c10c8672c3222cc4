import {
  ChildWorkflowCancellationType,
  type ChildWorkflowHandle,
  condition,
  ParentClosePolicy,
  startChild,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { REMOTE_LOCK_WORKFLOW } from '../../contract/names.js';
import {
  type dataflowRemoteWorkflowLock,
  releaseSignal,
} from '../dataflow-remote-workflow-lock.js';

/**
 * A lock that its worker does not close in this time is left open: it closes at the latest with the workflow that holds
 * it.
 */
const RELEASE_WITHIN_MS = 5_000;

/** The id holds characters that no other id of this package has: no run or pipeline can have it. */
export const remoteLockId = (name: string): string => `dataflow:remote-workflow-lock:${name}`;

/**
 * Takes a lock by starting the workflow that represents it; returns its release, or undefined while another run holds
 * it.
 */
export async function takeRemoteLock(name: string): Promise<(() => Promise<void>) | undefined> {
  try {
    const child = await startChild<typeof dataflowRemoteWorkflowLock>(REMOTE_LOCK_WORKFLOW, {
      workflowId: remoteLockId(name),
      parentClosePolicy: ParentClosePolicy.TERMINATE,
      cancellationType: ChildWorkflowCancellationType.ABANDON,
      staticSummary: `lock: one run at a time of ${name}`,
    });
    return releaseOf(child);
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
    throw error;
  }
}

function releaseOf(
  child: ChildWorkflowHandle<typeof dataflowRemoteWorkflowLock>,
): () => Promise<void> {
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  child.result().then(over, over);
  return async () => {
    if (isOver) return;
    await child.signal(releaseSignal).catch(over); // it is closed: somebody terminated it
    await condition(() => isOver, RELEASE_WITHIN_MS);
  };
}

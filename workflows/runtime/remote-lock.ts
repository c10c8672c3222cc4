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
 * How long a release waits for the lock to close. A lock that is still open then closes at the latest with the workflow
 * that holds it.
 */
const RELEASE_WITHIN_MS = 5_000;

/** Ids of runs and pipelines have no colon, so none of them can have this id. */
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
    await child.signal(releaseSignal).catch(over); // a signal fails where the lock was terminated
    await condition(() => isOver, RELEASE_WITHIN_MS);
  };
}

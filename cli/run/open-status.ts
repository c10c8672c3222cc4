import type { WorkflowExecutionStatusName } from '@temporalio/client';

/** Whether a workflow has not closed: a paused one goes on when somebody unpauses it, and takes a cancel until then. */
export const isOpen = (status: WorkflowExecutionStatusName): boolean =>
  status === 'RUNNING' || status === 'PAUSED';

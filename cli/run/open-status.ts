import type { WorkflowExecutionStatusName } from '@temporalio/client';

/**
 * Whether a workflow has not closed. A paused one is open: it goes on when it is unpaused, and accepts a cancel before.
 */
export const isOpen = (status: WorkflowExecutionStatusName): boolean =>
  status === 'RUNNING' || status === 'PAUSED';

/**
 * Message about a paused workflow: the server rejects its queries and Updates, and keeps a cancel until it is unpaused.
 */
export const pausedText = (workflowId: string): string =>
  `workflow ${workflowId} is paused: it does not run, answers no query and accepts no Update. To let it go on: temporal workflow unpause --workflow-id ${workflowId}`;

/** Whether the server closed the workflow: then none of its code ran, and nothing that it had started was stopped. */
export const isAbrupt = (status: WorkflowExecutionStatusName): boolean =>
  status === 'TERMINATED' || status === 'TIMED_OUT';

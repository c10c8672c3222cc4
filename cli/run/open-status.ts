import type { WorkflowExecutionStatusName } from '@temporalio/client';

/** Whether a workflow has not closed: a paused one goes on when somebody unpauses it, and takes a cancel until then. */
export const isOpen = (status: WorkflowExecutionStatusName): boolean =>
  status === 'RUNNING' || status === 'PAUSED';

/** What a paused workflow does, and what to do: the server rejects queries and Updates, and keeps a cancel until then. */
export const pausedText = (workflowId: string): string =>
  `workflow ${workflowId} is paused: it does nothing, answers nothing and takes no Update until somebody unpauses it: temporal workflow unpause --workflow-id ${workflowId}`;

/** Whether it was closed by force or by a time limit of the server: no code of ours ran then. */
export const isAbrupt = (status: WorkflowExecutionStatusName): boolean =>
  status === 'TERMINATED' || status === 'TIMED_OUT';

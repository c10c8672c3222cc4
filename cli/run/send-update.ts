import { WorkflowUpdateFailedError } from '@temporalio/client';
import { CommandFailed } from '../command-failed.js';
import { pollersOf, unpolledText } from './task-queue.js';
import type { Temporal } from './temporal-connection.js';

const UPDATE_LIMIT_MS = 15_000;

interface Sent {
  readonly update: string;
  readonly input: object;
}

/** Says something to a workflow and waits until it has taken it. @throws CommandFailed where it refuses */
export async function sendUpdate(
  { client, connection }: Temporal,
  workflowId: string,
  { update, input }: Sent,
): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  try {
    await connection.withDeadline(Date.now() + UPDATE_LIMIT_MS, () =>
      handle.executeUpdate(update, { args: [input] }),
    );
  } catch (error) {
    if (!(error instanceof WorkflowUpdateFailedError)) throw error;
    const said = error.cause?.message ?? error.message;
    throw new CommandFailed('refused', `the workflow refuses: ${said}`);
  }
}

/** Why no worker answers, and what to do. */
export async function noAnswer(
  { connection, namespace }: Temporal,
  taskQueue: string,
): Promise<CommandFailed> {
  const text = unpolledText(taskQueue, await pollersOf(connection, namespace, taskQueue));
  return new CommandFailed(
    'unreachable',
    text ?? `the worker of task queue ${taskQueue} does not answer: look at its log, then repeat`,
  );
}

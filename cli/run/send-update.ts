import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { CommandFailed } from '../command-failed.js';
import { deliver, type UpdatePort } from './deliver.js';
import { askProgress } from './ask-progress.js';
import { EncodedPayloads, encodingIn } from './encoded-payloads.js';
import { pendingProblems } from './pending-problems.js';
import { readPendingWork } from './pending-work.js';
import { isOpen, pausedText } from './open-status.js';
import { pollersOf, unpolledText } from './task-queue.js';
import { grpcErrorIn, type Temporal } from './temporal-connection.js';

/** Limit for the delivery of one Update, with all repeats. */
const UPDATE_LIMIT_MS = 15_000;
const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 1_000;

/**
 * gRPC codes after which it is unknown whether an Update was accepted: FAILED_PRECONDITION (a workflow task failed),
 * ABORTED, UNAVAILABLE (the server moved the workflow, or lost the Update, which it keeps in memory).
 */
const UNKNOWN_OUTCOME_CODES: readonly number[] = [9, 10, 14];

interface Sent {
  readonly update: string;
  readonly input: object;
}

/**
 * Sends an Update to a workflow, once, and waits until the workflow has accepted it.
 * @throws CommandFailed where the workflow refuses it, or has ended
 */
export async function sendUpdate(
  temporal: Temporal,
  workflowId: string,
  sent: Sent,
): Promise<void> {
  await refuseUnencoded(temporal, workflowId);
  try {
    const end = await temporal.connection.withDeadline(Date.now() + UPDATE_LIMIT_MS, () =>
      deliver(updatePort(temporal, workflowId, sent)),
    );
    if (end === 'ended')
      throw new CommandFailed('refused', `workflow ${workflowId} has ended: nothing was changed`);
  } catch (error) {
    if (!(error instanceof WorkflowUpdateFailedError)) throw error;
    const reason = error.cause?.message ?? error.message;
    throw new CommandFailed('refused', `the workflow refuses: ${reason}`);
  }
}

/**
 * Without a codec nothing may be sent to a workflow whose payloads are encoded. Its input shows that, or an answer of
 * its worker, which encodes it also where the input is plain.
 * @throws EncodedPayloads
 */
async function refuseUnencoded(temporal: Temporal, workflowId: string): Promise<void> {
  if (temporal.hasCodec) return;
  const { client, namespace } = temporal;
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace,
    execution: { workflowId },
    maximumPageSize: 1,
  });
  const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
  const encoding = started?.input?.payloads?.map(encodingIn).find((name) => name !== undefined);
  if (encoding !== undefined) throw new EncodedPayloads(encoding, false);
  await askProgress(temporal, client.workflow.getHandle(workflowId));
}

function updatePort({ client }: Temporal, workflowId: string, sent: Sent): UpdatePort {
  const updateId = randomUUID();
  return {
    newestRun: async () => {
      const { runId, status } = await client.workflow.getHandle(workflowId).describe();
      if (status.name === 'PAUSED') throw new CommandFailed('refused', pausedText(workflowId));
      return { runId, isRunning: isOpen(status.name) };
    },
    send: async (runId) => {
      const handle = client.workflow.getHandle(workflowId, runId);
      await handle.executeUpdate(sent.update, { args: [sent.input], updateId });
    },
    hasTaken: async (runId) => {
      try {
        await client.workflow.getHandle(workflowId, runId).getUpdateHandle(updateId).result();
        return true;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },
    isLost: (error) =>
      error instanceof WorkflowNotFoundError ||
      UNKNOWN_OUTCOME_CODES.includes(grpcErrorIn(error)?.code ?? -1),
    pause: (again) => setTimeout(Math.min(FIRST_PAUSE_MS * 2 ** again, MAX_PAUSE_MS)),
  };
}

/** The error for a workflow for which no worker answers: why, and what to do. */
export async function noAnswer(
  temporal: Temporal,
  { workflowId, taskQueue }: { readonly workflowId: string; readonly taskQueue: string },
): Promise<CommandFailed> {
  const { connection, namespace } = temporal;
  const work = await readPendingWork(temporal, workflowId);
  if (work?.isPaused) return new CommandFailed('refused', pausedText(workflowId));
  const text = unpolledText(taskQueue, await pollersOf(connection, namespace, taskQueue));
  if (text !== undefined) return new CommandFailed('unreachable', text);
  const problems = work === undefined ? [] : pendingProblems(work);
  return problems.length > 0
    ? new CommandFailed('unreachable', ...problems)
    : new CommandFailed(
        'unreachable',
        `the worker of task queue ${taskQueue} does not answer: check its log, then repeat this command`,
      );
}

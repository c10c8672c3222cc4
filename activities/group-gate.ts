import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import {
  type EnterGroup,
  type GateRef,
  type GroupRequest,
  type GroupSettings,
  groupWorkflowId,
  type LeaveGroup,
} from '../contract/group.js';
import { GROUP_SIGNALS, GROUP_WORKFLOW } from '../contract/names.js';

type GateSignal =
  | { readonly kind: 'enter'; readonly input: EnterGroup }
  | { readonly kind: 'leave'; readonly input: LeaveGroup }
  | { readonly kind: 'set'; readonly input: GroupSettings };

/**
 * Signals the gate of a group. A gate that does not run is started first, with the state of the one that was closed; who
 * leaves a group that has never had a gate starts none.
 */
export async function signalGate(
  client: Client,
  { group, taskQueue }: GateRef,
  { kind, input }: GateSignal,
): Promise<void> {
  const workflowId = groupWorkflowId(group);
  try {
    await client.workflow.getHandle(workflowId).signal(GROUP_SIGNALS[kind], input);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    const closed = await runIdOf(client, workflowId);
    if (closed === undefined && kind === 'leave') return;
    const request: GroupRequest = { group, ...(closed !== undefined && { takesOver: closed }) };
    await client.workflow.signalWithStart(GROUP_WORKFLOW, {
      ...{ workflowId, taskQueue, args: [request] },
      ...{ signal: GROUP_SIGNALS[kind], signalArgs: [input] },
      staticSummary: `gate of group ${group}`,
    });
  }
}

/** The latest run of a workflow, which may have closed. */
async function runIdOf(client: Client, workflowId: string): Promise<string | undefined> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).runId;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

import type { Client } from '@temporalio/client';
import { signalGate } from '../../activities/group-gate.js';
import { type GroupSettings, type GroupView, groupWorkflowId } from '../../contract/group.js';
import { GROUP_VIEW_QUERY } from '../../contract/names.js';
import type { Simulator } from '../../simulator/index.js';

export const setGroup = (
  client: Client,
  taskQueue: string,
  group: string,
  input: GroupSettings,
): Promise<void> => signalGate(client, { group, taskQueue }, { kind: 'set', input });

export const viewOfGroup = (client: Client, group: string): Promise<GroupView> =>
  client.workflow.getHandle(groupWorkflowId(group)).query<GroupView>(GROUP_VIEW_QUERY);

type Executions = ReturnType<Simulator['executions']>;

/** Most executions that ran at once, from acceptance to end. */
export function mostAtOnce(executions: Executions): number {
  const moments = executions.flatMap(({ acceptedAt, endAt }) => [
    { at: acceptedAt, by: 1 },
    { at: endAt, by: -1 },
  ]);
  moments.sort((one, other) => one.at - other.at || one.by - other.by);
  let [now, most] = [0, 0];
  for (const { by } of moments) most = Math.max(most, (now += by));
  return most;
}

/** Ends the gate of a test: it would stay open for ever. */
export const endGate = (client: Client, group: string): Promise<unknown> =>
  client.workflow.getHandle(groupWorkflowId(group)).terminate('the test has ended');

import { activityInfo, Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { groupEntry, type GroupActivities } from '../contract/group.js';
import { GROUP_ANSWER_SIGNAL } from '../contract/names.js';
import { runActivity, BEAT_MS } from './activity-context.js';
import { readClosedGate } from './closed-gate.js';
import { signalGate } from './group-gate.js';
import { inTurns } from './in-turns.js';

const beating = <Value>(act: (client: Client) => Promise<Value>): Promise<Value> =>
  runActivity({}, BEAT_MS, () => act(Context.current().client));

/** Signals to and from gates. A repeated one changes nothing: an entry is one request. */
export const groupSignals: Omit<GroupActivities, 'dataflowCheckGroup'> = {
  dataflowEnterGroup: ({ ticket, group, taskQueue, ...member }) =>
    beating(async (client) => {
      const { workflowId, runId } = activityInfo().workflowExecution ?? {
        workflowId: '',
        runId: '',
      };
      const entry = groupEntry(runId, ticket);
      const input = { ...member, entry, workflowId, runId };
      await signalGate(client, { group, taskQueue }, { kind: 'enter', input });
      return { entry };
    }),

  dataflowLeaveGroup: ({ group, taskQueue, ...input }) =>
    beating((client) => signalGate(client, { group, taskQueue }, { kind: 'leave', input })),

  dataflowAnswerGroup: ({ answers }) =>
    beating(async ({ workflow }) => {
      const unreachable: string[] = [];
      await inTurns(answers, async ({ workflowId, ...answer }) => {
        try {
          await workflow.getHandle(workflowId).signal(GROUP_ANSWER_SIGNAL, answer);
        } catch (error) {
          if (!(error instanceof WorkflowNotFoundError)) throw error;
          unreachable.push(answer.entry);
        }
      });
      return unreachable;
    }),

  dataflowReadGroup: ({ group, takesOver }) =>
    beating(async (client) => (await readClosedGate(client, group, takesOver)) ?? null),
};

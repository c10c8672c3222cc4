import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { decodeFromPayloadsAtIndex } from '@temporalio/common/lib/internal-non-workflow/index.js';
import {
  type ClosedGate,
  type GateSignal,
  type GroupRequest,
  type GroupState,
  groupWorkflowId,
} from '../contract/group.js';
import { GROUP_SIGNALS, GROUP_STATE_QUERY } from '../contract/names.js';
import { unpack } from '../pipeline/packed.js';
import type { HistoryEvent, Payloads } from './history-events.js';

/** Most gates that were closed one after the other before any of them had read the one before. */
const MAX_GATES = 10;

/**
 * State of a gate that has closed; undefined if its history is not kept any more. A gate answers a query once it has
 * handled a workflow task, and knows its state once it has read the gate before. Until then its input and its signals are
 * all there is.
 */
export async function readClosedGate(
  client: Client,
  group: string,
  runId: string,
  left = MAX_GATES,
): Promise<ClosedGate | undefined> {
  const workflowId = groupWorkflowId(group);
  const handle = client.workflow.getHandle(workflowId, runId);
  const { namespace, loadedDataConverter } = client.options;
  const decode = <Value>(payloads: Payloads): Promise<Value> =>
    decodeFromPayloadsAtIndex<Value>(loadedDataConverter, 0, payloads, {
      ...{ type: 'workflow', namespace, workflowId },
    });
  try {
    const { events } = await handle.fetchHistory();
    const all = events ?? [];
    const [started] = all;
    const input = started?.workflowExecutionStartedEventAttributes?.input?.payloads;
    const { state, takesOver } = await decode<GroupRequest>(input);
    const handled = all.findLastIndex((event) => event.workflowTaskCompletedEventAttributes);
    const isKnown = takesOver === undefined || all.slice(0, handled).some(isRead(all));
    // The answer holds signals after the last workflow task, too: a query applies them.
    if (handled >= 0 && isKnown)
      return { state: await handle.query<GroupState>(GROUP_STATE_QUERY), signals: [] };
    const before =
      takesOver === undefined || left === 0
        ? undefined
        : await readClosedGate(client, group, takesOver, left - 1);
    return {
      ...(before ?? (state !== undefined && { state: unpack<GroupState>(state) })),
      signals: [...(before?.signals ?? []), ...(await signalsIn(all, decode))],
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** Whether an event is the end of the activity that reads the gate before. */
const isRead =
  (all: readonly HistoryEvent[]) =>
  ({ activityTaskCompletedEventAttributes: completed }: HistoryEvent): boolean => {
    const scheduled = all.find(
      ({ eventId }) => completed && String(eventId) === String(completed.scheduledEventId),
    );
    const { activityType } = scheduled?.activityTaskScheduledEventAttributes ?? {};
    return activityType?.name === 'dataflowReadGroup';
  };

async function signalsIn(
  events: readonly HistoryEvent[],
  decode: (payloads: Payloads) => Promise<unknown>,
): Promise<readonly GateSignal[]> {
  const found: GateSignal[] = [];
  for (const { workflowExecutionSignaledEventAttributes: signal } of events) {
    const kinds = Object.keys(GROUP_SIGNALS) as GateSignal['kind'][];
    const kind = kinds.find((one) => GROUP_SIGNALS[one] === signal?.signalName);
    if (kind !== undefined) found.push({ kind, input: await decode(signal?.input?.payloads) });
  }
  return found;
}

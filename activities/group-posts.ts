import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { decodeFromPayloadsAtIndex } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { SubmitInput } from '../contract/activities.js';
import { isFailureType } from '../contract/failures.js';
import type { GroupMember } from '../contract/group.js';
import type { JobExecution } from '../contract/job.js';
import type { HistoryEvent, Payloads } from './history-events.js';

/** What the history of a workflow run shows of the POSTs that an entry made. */
export interface EntryPosts {
  /** Executions that answers named. */
  readonly executionIds: readonly string[];
  /** POSTs that may have started something, without an answer that names it. */
  readonly unknown: readonly Pick<SubmitInput, 'permit' | 'group'>[];
}

/** POSTs of an entry; undefined if the history is not kept any more. */
export async function postsOfEntry(
  client: Client,
  { entry, workflowId, runId }: GroupMember,
): Promise<EntryPosts | undefined> {
  let events: readonly HistoryEvent[];
  try {
    events = (await client.workflow.getHandle(workflowId, runId).fetchHistory()).events ?? [];
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
  const { namespace, loadedDataConverter } = client.options;
  const decode = <Value>(activityId: string, payloads: Payloads): Promise<Value> =>
    decodeFromPayloadsAtIndex<Value>(loadedDataConverter, 0, payloads, {
      ...{ type: 'activity', namespace, workflowId, activityId, isLocal: false },
    });
  const executionIds: string[] = [];
  const unknown: Pick<SubmitInput, 'permit' | 'group'>[] = [];
  for (const { eventId, activityTaskScheduledEventAttributes: scheduled } of events) {
    if (scheduled?.activityType?.name !== 'dataflowExecuteJob') continue;
    const activityId = scheduled.activityId ?? '';
    const input = await decode<SubmitInput>(activityId, scheduled.input?.payloads);
    if (input.group?.entry !== entry || input.postNothing === true) continue;
    const end = endOf(events, String(eventId));
    const { activityTaskCompletedEventAttributes: completed } = end ?? {};
    if (completed) {
      const execution = await decode<JobExecution>(activityId, completed.result?.payloads);
      executionIds.push(execution.jobExecutionId);
    } else if (end === undefined || mayHaveStarted(end)) unknown.push(input);
  }
  return { executionIds, unknown };
}

/** The event in which an activity ended. */
const endOf = (events: readonly HistoryEvent[], scheduledId: string): HistoryEvent | undefined =>
  events.find((event) => {
    const attributes =
      event.activityTaskCompletedEventAttributes ??
      event.activityTaskFailedEventAttributes ??
      event.activityTaskTimedOutEventAttributes ??
      event.activityTaskCanceledEventAttributes;
    return attributes && String(attributes.scheduledEventId) === scheduledId;
  });

/** Unless the failure of a submit proves that nothing was started (docs/submit-protocol.md, rule 3). */
function mayHaveStarted({ activityTaskFailedEventAttributes: failed }: HistoryEvent): boolean {
  const type = failed?.failure?.applicationFailureInfo?.type ?? '';
  return !isFailureType(type) || type === 'DataFlowSubmissionUnknown';
}

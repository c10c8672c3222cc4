import type { WorkflowHandle } from '@temporalio/client';
import { requiredTsToMs } from '@temporalio/common/lib/time.js';

/** One event of a history. */
export type Event = NonNullable<
  Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']
>[number];

/** The events of a workflow's history, of the run that the handle names. */
export const eventsOf = async (
  handle: Pick<WorkflowHandle, 'fetchHistory'>,
): Promise<readonly Event[]> => (await handle.fetchHistory()).events ?? [];

/** The events at which activities of this name were scheduled. */
export const scheduled = (events: readonly Event[], activity: string): readonly Event[] =>
  events.filter(
    ({ activityTaskScheduledEventAttributes }) =>
      activityTaskScheduledEventAttributes?.activityType?.name === activity,
  );

/** The markers that local activities left which did not fail. */
export const doneLocally = (events: readonly Event[]): readonly Event[] =>
  events.filter(
    ({ markerRecordedEventAttributes: marker }) =>
      marker?.markerName === 'core_local_activity' && !marker.failure,
  );

/** When an event came, by the server's clock. */
export const timeOf = ({ eventTime }: Event): number => requiredTsToMs(eventTime, 'eventTime');

/** PENDING_ACTIVITY_STATE_STARTED of Temporal's API: a worker has been given it. */
export const ACTIVITY_STARTED = 2;

import type { WorkflowHandle } from '@temporalio/client';
import { requiredTsToMs } from '@temporalio/common/lib/time.js';

export type Event = NonNullable<
  Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']
>[number];

/** Events of the run that the handle names. */
export const eventsOf = async (
  handle: Pick<WorkflowHandle, 'fetchHistory'>,
): Promise<readonly Event[]> => (await handle.fetchHistory()).events ?? [];

/** Events that scheduled activities of this name. */
export const scheduled = (events: readonly Event[], activity: string): readonly Event[] =>
  events.filter(
    ({ activityTaskScheduledEventAttributes }) =>
      activityTaskScheduledEventAttributes?.activityType?.name === activity,
  );

/** Markers of local activities that succeeded. */
export const doneLocally = (events: readonly Event[]): readonly Event[] =>
  events.filter(
    ({ markerRecordedEventAttributes: marker }) =>
      marker?.markerName === 'core_local_activity' && !marker.failure,
  );

/** Time of an event, by the server's clock. */
export const timeOf = ({ eventTime }: Event): number => requiredTsToMs(eventTime, 'eventTime');

/** PENDING_ACTIVITY_STATE_STARTED of Temporal's API: a worker has the activity. */
export const ACTIVITY_STARTED = 2;

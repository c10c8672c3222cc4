/** The members of an event of a history that decide what Temporal charges for it. */
export interface CountedEvent {
  readonly workflowExecutionStartedEventAttributes?: object | null;
  readonly activityTaskStartedEventAttributes?: { readonly attempt?: number | null } | null;
  readonly timerStartedEventAttributes?: object | null;
  readonly workflowExecutionSignaledEventAttributes?: object | null;
  readonly workflowExecutionUpdateAcceptedEventAttributes?: object | null;
  readonly upsertWorkflowSearchAttributesEventAttributes?: object | null;
}

/**
 * Temporal actions that a history shows, by Temporal Cloud's rules: a workflow start, each attempt of an activity (the
 * event of its last one says how many there were), each timer, signal, update and upsert of search attributes 1. Child workflows
 * are not counted. Heartbeats and queries leave no event and are counted elsewhere.
 */
export function actionsIn(events: readonly CountedEvent[]): number {
  return events.reduce((sum, event) => sum + actionsOf(event), 0);
}

function actionsOf(event: CountedEvent): number {
  const { activityTaskStartedEventAttributes: activity } = event;
  if (activity) return activity.attempt ?? 1;
  const isAction = [
    event.workflowExecutionStartedEventAttributes,
    event.timerStartedEventAttributes,
    event.workflowExecutionSignaledEventAttributes,
    event.workflowExecutionUpdateAcceptedEventAttributes,
    event.upsertWorkflowSearchAttributesEventAttributes,
  ].some(Boolean);
  return isAction ? 1 : 0;
}

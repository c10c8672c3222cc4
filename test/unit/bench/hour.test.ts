import { expect, it } from 'vitest';
import { actionsIn } from '../../../bench/hour.js';
import { requestsIn } from '../../../bench/stand.js';

it('a workflow start, each attempt of an activity, each local activity, timer, signal, update and upsert is an action', () => {
  expect(
    actionsIn([
      { workflowExecutionStartedEventAttributes: {} },
      {}, // a workflow task
      { activityTaskStartedEventAttributes: { attempt: 1 } },
      { activityTaskStartedEventAttributes: { attempt: 3 } },
      { timerStartedEventAttributes: {}, activityTaskStartedEventAttributes: null },
      { markerRecordedEventAttributes: { markerName: 'core_local_activity' } },
      { markerRecordedEventAttributes: { markerName: 'core_patch' } }, // none
      { workflowExecutionSignaledEventAttributes: {} },
      { workflowExecutionUpdateAcceptedEventAttributes: {} },
      { upsertWorkflowSearchAttributesEventAttributes: {} },
    ]),
  ).toBe(1 + 1 + 3 + 1 + 1 + 1 + 1 + 1);
});

it('heartbeats are read from the counters of the SDK, over all label sets and nothing but requests', () => {
  const metrics = [
    '# TYPE temporal_request counter',
    'temporal_request{operation="RecordActivityTaskHeartbeat",task_queue="a"} 4',
    'temporal_request{namespace="default",operation="RecordActivityTaskHeartbeat"} 3',
    'temporal_request{operation="RespondActivityTaskCompleted"} 9',
    'temporal_request_failure{operation="RecordActivityTaskHeartbeat"} 2',
    'temporal_request_latency_bucket{operation="RecordActivityTaskHeartbeat",le="50"} 7',
  ].join('\n');
  expect(requestsIn(metrics, 'RecordActivityTaskHeartbeat')).toBe(7);
  expect(requestsIn('', 'RecordActivityTaskHeartbeat')).toBe(0);
});

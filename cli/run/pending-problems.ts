import { cleanText } from '../../client/clean-text.js';
import type { PendingActivity, PendingWork } from './pending-work.js';
import { pausedText } from './open-status.js';
import { unpolledText } from './task-queue.js';

const MAX_MESSAGE = 300;

/** Messages of the SDKs for a workflow type or an activity that a worker does not have. */
const UNKNOWN_WORKFLOW =
  /no such function is exported by the workflow bundle|unable to find workflow type|is not registered on this worker/i;
const UNKNOWN_ACTIVITY =
  /^(Activity function \S+ is not registered on this Worker|unable to find activityType|Activity Type ".*" is not registered)/i;
/** Message of a worker without the codec of the payloads. */
const UNREADABLE_PAYLOAD = /unknown encoding/i;

/** What blocks a workflow, each with what to do. Empty if nothing does. */
export function pendingProblems(work: PendingWork): readonly string[] {
  if (work.isPaused) return [pausedText(work.workflowId)];
  return [
    ...workflowTaskProblems(work),
    ...work.activities.flatMap((one) => activityProblems(one, work)),
  ];
}

function workflowTaskProblems({
  workflowType,
  taskQueue,
  workflowTask,
  pollers,
}: PendingWork): readonly string[] {
  if (workflowTask === undefined) return [];
  const { failure } = workflowTask;
  if (failure !== undefined && UNKNOWN_WORKFLOW.test(failure))
    return [
      `the worker of task queue ${taskQueue} has no workflow ${workflowType}: export it from the worker's workflows file (export * from 'temporal-ncloud-dataflow/workflows') and restart it, or name another task queue with --task-queue`,
    ];
  if (failure !== undefined)
    return [
      `the workflow task fails and is repeated: ${cleanText(failure, [], MAX_MESSAGE)}. ${UNREADABLE_PAYLOAD.test(failure) ? CODEC_OF_WORKER : 'See the log of the worker; the workflow goes on when the worker can run it'}`,
    ];
  const polled = pollers[taskQueue];
  const unpolled = polled && unpolledText(taskQueue, polled);
  return unpolled === undefined ? [] : [`${unpolled}. The workflow goes on when a worker polls.`];
}

const CODEC_OF_WORKER =
  'The worker cannot read the payloads: give it the data converter that they were encoded with (dataflow worker --data-converter)';

/** A running attempt is no problem, even if the attempt before it failed. */
function activityProblems(
  { type, isStarted, isPaused, taskQueue, failure }: PendingActivity,
  { pollers }: PendingWork,
): readonly string[] {
  if (isPaused) return [`activity ${type} is paused. To let it go on: temporal activity unpause`];
  if (isStarted) return [];
  if (failure !== undefined && UNKNOWN_ACTIVITY.test(failure.message))
    return [
      `no worker of task queue ${taskQueue} has activity ${type}: register it there and restart the worker, or name its task queue in the step (taskQueue)`,
    ];
  if (failure !== undefined) {
    const kind = failure.type === undefined || failure.type === 'Error' ? '' : `${failure.type}: `;
    return [
      `activity ${type} fails and is repeated: ${kind}${cleanText(failure.message, [], MAX_MESSAGE)}`,
    ];
  }
  return pollers[taskQueue]?.activities.length === 0
    ? [
        `activity ${type} waits for a worker: none polls for activities on task queue ${taskQueue}. Start one there (dataflow worker --task-queue ${taskQueue})`,
      ]
    : [];
}

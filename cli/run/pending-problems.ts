import { cleanText } from '../../client/clean-text.js';
import type { PendingActivity, PendingWork } from './pending-work.js';
import { pausedText } from './open-status.js';
import { unpolledText } from './task-queue.js';

const MAX_MESSAGE = 300;

/** How the SDKs word that a worker does not have a workflow type or an activity. */
const UNKNOWN_WORKFLOW =
  /no such function is exported by the workflow bundle|unable to find workflow type|is not registered on this worker/i;
const UNKNOWN_ACTIVITY =
  /^(Activity function \S+ is not registered on this Worker|unable to find activityType|Activity Type ".*" is not registered)/i;
/** A worker without the codec that the payloads were encoded with. */
const UNREADABLE_PAYLOAD = /unknown encoding/i;

/** What keeps a workflow from going on, each with what to do; empty when nothing does. */
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
      `the workflow task fails and is repeated: ${cleanText(failure, [], MAX_MESSAGE)}. ${UNREADABLE_PAYLOAD.test(failure) ? CODEC_OF_WORKER : 'The log of the worker says more; it goes on once the worker can run it'}`,
    ];
  const polled = pollers[taskQueue];
  const unpolled = polled && unpolledText(taskQueue, polled);
  return unpolled === undefined ? [] : [`${unpolled}. It goes on as soon as one does.`];
}

const CODEC_OF_WORKER =
  'The worker cannot read the payloads: give it the data converter that they were encoded with (dataflow worker --data-converter)';

/** An attempt that runs is no problem, whatever became of the one before. */
function activityProblems(
  { type, isStarted, isPaused, taskQueue, failure }: PendingActivity,
  { pollers }: PendingWork,
): readonly string[] {
  if (isPaused) return [`activity ${type} is paused: temporal activity unpause lets it go on`];
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
        `activity ${type} waits for a worker: none polls for activities on task queue ${taskQueue}. Start one there; it goes on as soon as one does.`,
      ]
    : [];
}

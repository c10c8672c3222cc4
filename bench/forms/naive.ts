// The peers: forms that users write by hand. Failed calls are repeated by Temporal's default retry policy. None of
// them // checks a start whose answer was lost, shares calls between workflows, watches an execution after its
// cancel, or // continues as new (which a loop of timers needs after half a day).
import { ApplicationFailure } from '@temporalio/common';
import {
  ActivityCancellationType,
  CancellationScope,
  executeChild,
  isCancellation,
  proxyActivities,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { NaiveActivities } from './activities.js';
import type { Pace, RequestedRun, RunsInput } from './request.js';

type RunOne = (request: RequestedRun, pace: Pace) => Promise<unknown>;

async function runAll({ requests, pace, isFanOut }: RunsInput, run: RunOne): Promise<void> {
  if (isFanOut === true) await Promise.all(requests.map((request) => run(request, pace)));
  else for (const request of requests) await run(request, pace);
}

/**
 * A start activity, then a loop of timer and status activity. It continues after a crash of a worker, because the
 * history holds the execution id, and cancels the execution when the workflow is cancelled.
 */
export const startThenSleepLoop = (input: RunsInput): Promise<void> => runAll(input, runInLoop);

/**
 * One activity that starts, polls and heartbeats (`runWholeJob` in activities.ts). The execution id is in its
 * heartbeat details, from which the next attempt continues. A start before the first heartbeat is lost.
 */
export const oneHeartbeatingActivity = (input: RunsInput): Promise<void> =>
  runAll(input, (request, pace) =>
    proxyActivities<NaiveActivities>({
      startToCloseTimeout: '1 day',
      heartbeatTimeout: pace.heartbeatTimeoutMs,
      // Otherwise the workflow ends before the activity sees the cancel, and the execution continues.
      cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    }).runWholeJob(request, pace),
  );

/** A pipeline with a child workflow for each step, which runs the loop. It cannot pause, hold or continue as new. */
export const naiveChildWorkflows = (input: RunsInput): Promise<void> =>
  runAll(input, (request, pace) =>
    executeChild(runInLoop, {
      args: [request, pace],
      workflowId: `${workflowInfo().workflowId}/${request.run}`,
    }),
  );

export async function runInLoop({ jobId, run }: RequestedRun, pace: Pace): Promise<void> {
  const { startExecution, readStatus, cancelExecution } = proxyActivities<NaiveActivities>({
    startToCloseTimeout: pace.callTimeoutMs,
  });
  const executionId = await startExecution({ jobId, run });
  try {
    for (;;) {
      await sleep(pace.pollMs);
      const status = await readStatus(jobId, executionId);
      if (status === 'COMPLETED') return;
      if (status === 'FAILED' || status === 'CANCELED') {
        throw ApplicationFailure.nonRetryable(`execution ${executionId} ended as ${status}`);
      }
    }
  } catch (error) {
    if (isCancellation(error)) {
      await CancellationScope.nonCancellable(() => cancelExecution(jobId, executionId));
    }
    throw error;
  }
}

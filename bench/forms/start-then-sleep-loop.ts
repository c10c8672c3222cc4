/**
 * Peer 1: a start activity, then a loop of timer and status activity, as Temporal's first tutorials teach.
 *
 * It does: go on after any crash of a worker (the execution id stands in the history), repeat failed calls by
 * Temporal's default retry policy, cancel the execution when the workflow is cancelled.
 * It does not: look whether a start whose answer was lost took place, share calls between workflows, watch what it
 * has cancelled, continue as new (a run of more than about half a day would need that).
 */
import { ApplicationFailure } from '@temporalio/common';
import { CancellationScope, isCancellation, proxyActivities, sleep } from '@temporalio/workflow';
import type { ChainInput, ChainResult, Pace, RequestedRun } from './chain.js';
import type { NaiveActivities } from './naive-activities.js';

export async function chain({ requests, pace }: ChainInput): Promise<ChainResult> {
  const ended: string[] = [];
  for (const request of requests) ended.push(await runToEnd(request, pace));
  return ended;
}

/** One run, to its end. */
export async function runToEnd(request: RequestedRun, pace: Pace): Promise<string> {
  const { startExecution, readStatus, cancelExecution } = proxyActivities<NaiveActivities>({
    startToCloseTimeout: pace.callTimeoutMs,
  });
  const executionId = await startExecution(request);
  try {
    for (;;) {
      await sleep(pace.pollMs);
      const status = await readStatus(request.jobId, executionId);
      if (status === 'COMPLETED') return executionId;
      if (status === 'FAILED' || status === 'CANCELED') {
        throw ApplicationFailure.nonRetryable(`execution ${executionId} ended as ${status}`);
      }
    }
  } catch (error) {
    if (isCancellation(error)) {
      await CancellationScope.nonCancellable(() => cancelExecution(request.jobId, executionId));
    }
    throw error;
  }
}

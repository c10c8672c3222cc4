/**
 * Peer 2: one activity that starts, polls and heartbeats (its body: runWholeJob in naive-activities.ts).
 *
 * It does: keep the execution id in its heartbeat details, so that the next attempt goes on with the same execution;
 * repeat failed attempts by Temporal's default retry policy; cancel the execution when the workflow is cancelled.
 * It does not: know of a start that was made before the first heartbeat got through, look for a start whose answer
 * was lost, share calls between workflows, watch what it has cancelled.
 */
import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { ChainInput, ChainResult } from './chain.js';
import type { NaiveActivities } from './naive-activities.js';

export async function chain({ requests, pace }: ChainInput): Promise<ChainResult> {
  const { runWholeJob } = proxyActivities<NaiveActivities>({
    startToCloseTimeout: '1 day',
    heartbeatTimeout: pace.heartbeatTimeoutMs,
    // Without this the workflow ends before the activity hears of the cancel, and the execution runs on.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  });
  const ended: string[] = [];
  for (const request of requests) ended.push(await runWholeJob(request, pace));
  return ended;
}

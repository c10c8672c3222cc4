/**
 * A pipeline as one would write it by hand: a workflow with a child workflow for each step, which starts the job and polls
 * in a loop of timers. It does and does not do what start-then-sleep-loop.ts says; it does not pause, hold, continue as
 * new, or stop where another step has failed.
 */
import { executeChild, workflowInfo } from '@temporalio/workflow';
import type { Pace, RequestedRun } from './chain.js';
import { runToEnd } from './start-then-sleep-loop.js';

export interface PipelineInput {
  /** One after the other, or all at once. */
  readonly shape: 'chain' | 'fan-out';
  readonly requests: readonly RequestedRun[];
  readonly pace: Pace;
}

export async function pipeline({ shape, requests, pace }: PipelineInput): Promise<void> {
  const run = (request: RequestedRun): Promise<string> =>
    executeChild(step, {
      args: [request, pace],
      workflowId: `${workflowInfo().workflowId}/${request.run}`,
    });
  if (shape === 'fan-out') await Promise.all(requests.map(run));
  else for (const request of requests) await run(request);
}

export const step = (request: RequestedRun, pace: Pace): Promise<string> => runToEnd(request, pace);

import { activityInfo, Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { DataFlowClient } from '../../client/index.js';
import { type Pace, type RequestedRun, RUN_PARAMETER } from './request.js';

export type NaiveActivities = ReturnType<typeof createNaiveActivities>;

/** Activities of the peers. They use our client, so that signatures, sockets and decoding are equal. */
export const createNaiveActivities = (client: DataFlowClient) => {
  const startExecution = async ({ jobId, run }: RequestedRun): Promise<string> => {
    const jobCondition = { parameters: { [RUN_PARAMETER]: run } };
    const { output } = await client.call('executeJob', { jobId, jobCondition });
    return output.jobExecutionId;
  };
  const readStatus = async (jobId: string, executionId: string): Promise<string> => {
    const { output } = await client.call('getJobExecutionById', { jobId, executionId });
    return output.status;
  };
  const cancelExecution = async (jobId: string, executionId: string): Promise<void> => {
    await client.call('cancelJobExecution', { jobId, executionId });
  };
  const pollToEnd = async (jobId: string, executionId: string, pollMs: number): Promise<string> => {
    const context = Context.current();
    for (;;) {
      context.heartbeat(executionId);
      await context.sleep(pollMs);
      const status = await readStatus(jobId, executionId);
      if (status === 'COMPLETED') return executionId;
      if (status === 'FAILED' || status === 'CANCELED') {
        throw ApplicationFailure.nonRetryable(`execution ${executionId} ended as ${status}`);
      }
    }
  };
  const runWholeJob = async (request: RequestedRun, { pollMs }: Pace): Promise<string> => {
    const known = activityInfo().heartbeatDetails as string | undefined;
    const executionId = known ?? (await startExecution(request));
    try {
      return await pollToEnd(request.jobId, executionId, pollMs);
    } catch (error) {
      if (Context.current().cancellationDetails?.cancelRequested === true) {
        await cancelExecution(request.jobId, executionId);
      }
      throw error;
    }
  };
  return { startExecution, readStatus, cancelExecution, runWholeJob };
};

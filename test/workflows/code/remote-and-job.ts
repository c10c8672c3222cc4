import { runJob, runRemoteWorkflow } from '../../../workflow.js';

export * from '../../../workflows/index.js';

/** Runs a workflow of the service and a job; returns the ids of all executions, the job's last. */
export async function remoteAndJob(workflowId: string, jobId: string): Promise<readonly string[]> {
  const runs = [runRemoteWorkflow({ workflowId }), runJob({ jobId })] as const;
  try {
    const [{ nodes }, { execution }] = await Promise.all(runs);
    return [...nodes.map((node) => node.execution), execution].map((one) => one.jobExecutionId);
  } finally {
    await Promise.allSettled(runs); // a cancel reaches both, and each ends when its own executions have stopped
  }
}

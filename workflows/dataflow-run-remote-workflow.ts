import { setCurrentDetails } from '@temporalio/workflow';
import type {
  RemoteRunProgress,
  RunRemoteWorkflowRequest,
  RunRemoteWorkflowResult,
} from '../contract/remote-run.js';
import { startRemoteRun } from './run-remote-workflow.js';

/**
 * Workflow `dataflowRunRemoteWorkflow`: one run of a workflow of the service, started by workflow name and plain JSON.
 */
export async function dataflowRunRemoteWorkflow(
  request: RunRemoteWorkflowRequest,
): Promise<RunRemoteWorkflowResult> {
  return await startRemoteRun(request, showInUi).result();
}

function showInUi({ workflowId, name, phase, note, nodes }: RemoteRunProgress): void {
  const title = name === undefined ? workflowId : `${name} (${workflowId})`;
  const rows = nodes.map(
    ({ jobId, name: node = jobId, status = '–', executionId = '' }) =>
      `| ${node} | ${status} | ${executionId} |`,
  );
  const table =
    rows.length === 0 ? [] : ['', '| node | status | execution |', '| --- | --- | --- |'];
  const lines = [`**${title}** ${phase}`, ...table, ...rows];
  setCurrentDetails([...lines, ...(note === undefined ? [] : ['', note])].join('\n'));
}

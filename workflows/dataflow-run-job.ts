import { setCurrentDetails } from '@temporalio/workflow';
import type { RunJobRequest, RunJobResult, RunProgress } from '../contract/run.js';
import { startRun } from './run-job.js';

/** Workflow `dataflowRunJob`: one run, by name and plain JSON, from any Temporal SDK or the Temporal CLI. */
export async function dataflowRunJob(request: RunJobRequest): Promise<RunJobResult> {
  return await startRun(request, showInUi).result();
}

function showInUi({ jobId, jobName, phase, note, executionId }: RunProgress): void {
  const job = jobName === undefined ? jobId : `${jobName} (${jobId})`;
  const execution = executionId === undefined ? '' : `; execution ${executionId}`;
  setCurrentDetails(`**${job}** ${phase}${execution}${note === undefined ? '' : `\n\n${note}`}`);
}

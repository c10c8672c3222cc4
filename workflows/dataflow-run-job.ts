import { setCurrentDetails } from '@temporalio/workflow';
import { RUN_JOB_WORKFLOW } from '../contract/names.js';
import { jobByNameProblems } from '../contract/run-options.js';
import type { JobByName, RunJobRequest, RunJobResult, RunProgress } from '../contract/run.js';
import { problemTexts } from '../contract/validate.js';
import { invalidInput } from './runtime/failures.js';
import { preparedPlan } from './pipeline-run/begin.js';
import { ownScope } from './runtime/own-scope.js';
import { startRun } from './run-job.js';

/**
 * Workflow `dataflowRunJob`: one run of a job, started by workflow name and plain JSON from any Temporal SDK or the
 * Temporal CLI. `jobId` is the id of the job; `job` is its id or its name, as in a step of a pipeline.
 */
export async function dataflowRunJob(request: RunJobRequest | JobByName): Promise<RunJobResult> {
  const byId = isByName(request) ? await withJobId(request) : request;
  return await startRun(byId, ownScope(), showInUi).result();
}

/** The input is unchecked client data: the run itself refuses what fits neither form. */
const isByName = (request: unknown): request is JobByName =>
  typeof request === 'object' && request !== null && Object.hasOwn(request, 'job');

/** @throws ApplicationFailure `DataFlowInvalidInput` where no job, or more than one, has that name */
async function withJobId(byName: JobByName): Promise<RunJobRequest> {
  const problems = problemTexts(jobByNameProblems(byName), 'request');
  if (problems.length > 0) throw invalidInput(problems);
  const { job, ...request } = byName;
  const { profile } = request;
  const { plan } = await preparedPlan({
    pipeline: { pipeline: 'run', steps: { job: { job } } },
    subject: RUN_JOB_WORKFLOW,
    ...(profile !== undefined && { profile }),
  });
  const step = plan.steps['job'];
  return { ...request, jobId: step?.kind === 'job' ? step.jobId : job };
}

function showInUi({ jobId, jobName, phase, note, executionId }: RunProgress): void {
  const job = jobName === undefined ? jobId : `${jobName} (${jobId})`;
  const execution = executionId === undefined ? '' : `; execution ${executionId}`;
  setCurrentDetails(`**${job}** ${phase}${execution}${note === undefined ? '' : `\n\n${note}`}`);
}

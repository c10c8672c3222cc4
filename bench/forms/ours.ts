// Our form: runJob, with the run key that the README recommends for SCRIPT jobs, and pipelines as data.
import { runJob } from '../../workflow.js';
import { type RequestedRun, RUN_PARAMETER, type RunsInput } from './request.js';

export { dataflowRunPipeline } from '../../workflows/index.js';

export async function ours({ requests, isFanOut, isKeyless }: RunsInput): Promise<void> {
  const run = ({ jobId, run: name }: RequestedRun): Promise<unknown> =>
    runJob({
      jobId,
      jobCondition: { parameters: { [RUN_PARAMETER]: name } },
      ...(isKeyless !== true && { runKeyParameter: 'runKey' }),
    });
  if (isFanOut === true) await Promise.all(requests.map(run));
  else for (const request of requests) await run(request);
}

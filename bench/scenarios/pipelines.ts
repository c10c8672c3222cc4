import type { WorkflowHandle } from '@temporalio/client';
import { RUN_PIPELINE_WORKFLOW } from '../../contract/names.js';
import type { PipelineForm } from '../forms/forms.js';
import type { PipelineInput } from '../forms/naive-child-workflows.js';
import { type Bench, inStand, type Stand } from '../stand.js';
import { arrivalOf, until } from './calls.js';
import { AT_EASE, IN_SHORT_STEPS } from './settings.js';

/** What pipelines cost. */
export interface PipelineFigures {
  /** Chain: from the first call that shows a step's end to the next step's executeJob, ms. */
  readonly seenToSubmitMs: readonly number[];
  /** Chain: events of all histories, per step. */
  readonly eventsPerStep: number;
  /** Fan-out: from the pipeline's start to the step's executeJob, ms. */
  readonly startToSubmitMs: readonly number[];
  /** Resident memory that each waiting pipeline adds to the worker, KB. */
  readonly waitingKb: number;
}

export const CHAIN = 100;
export const WIDTH = 200;
export const WAITING = 200;
const namesOf = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, nth) => `${prefix}-${nth}`);
const jobOf = (never: boolean) => (jobId: string) => ({
  jobId,
  type: 'SCRIPT' as const,
  executions: [never ? { never } : { waitingMs: 0, runningMs: 200 }],
});

export async function measurePipelines(bench: Bench, form: PipelineForm): Promise<PipelineFigures> {
  const chain = await measureChain(bench, form);
  const startToSubmitMs = await measureFanOut(bench, form);
  const waitingKb = await measureWaiting(bench, form);
  return { ...chain, startToSubmitMs, waitingKb };
}

async function measureChain(bench: Bench, form: PipelineForm) {
  const jobIds = namesOf('chain', CHAIN);
  const options = { simulator: { jobs: jobIds.map(jobOf(false)) }, ...IN_SHORT_STEPS };
  return await inStand(bench, form, options, async (stand) => {
    await stand.startWorker();
    const handle = await start(bench, stand, 'chain', jobIds);
    await handle.result();
    const log = stand.simulator.log();
    const steps = jobIds.slice(1).map((jobId, nth) => {
      const { executionId, endAt } = stand.simulator.executions(jobIds[nth])[0]!;
      const seenAt = arrivalOf(log, { operation: 'getJobExecutionById', executionId }, endAt);
      return arrivalOf(log, { operation: 'executeJob', jobId }) - seenAt;
    });
    const events = await eventsOf(bench, form, handle.workflowId, jobIds);
    return { seenToSubmitMs: steps, eventsPerStep: events / CHAIN };
  });
}

async function measureFanOut(bench: Bench, form: PipelineForm): Promise<readonly number[]> {
  const jobIds = namesOf('wide', WIDTH);
  const options = { simulator: { jobs: jobIds.map(jobOf(true)) }, ...IN_SHORT_STEPS };
  return await inStand(bench, form, options, async (stand) => {
    await stand.startWorker();
    const startedMs = Date.now();
    const handle = await start(bench, stand, 'fan-out', jobIds);
    await untilPosted(stand, WIDTH);
    await handle.terminate('the fan-out has been measured');
    const log = stand.simulator.log();
    return jobIds.map((jobId) => arrivalOf(log, { operation: 'executeJob', jobId }) - startedMs);
  });
}

/** A tenth of the pipelines first: code that is loaded once is no part of the price of each. */
async function measureWaiting(bench: Bench, form: PipelineForm): Promise<number> {
  const jobIds = namesOf('waits', WAITING * 1.1);
  const options = { simulator: { jobs: jobIds.map(jobOf(true)) }, ...AT_EASE };
  return await inStand(bench, form, options, async (stand) => {
    const worker = await stand.startWorker();
    const startAll = (some: readonly string[]) =>
      Promise.all(some.map((jobId) => start(bench, stand, 'chain', [jobId], AT_EASE.pace)));
    const first = await startAll(jobIds.slice(WAITING));
    await untilPosted(stand, first.length);
    const { rss: before } = await worker.usage();
    const others = await startAll(jobIds.slice(0, WAITING));
    await untilPosted(stand, jobIds.length);
    const { rss: after } = await worker.usage();
    const handles = [...first, ...others];
    await Promise.all(handles.map((handle) => handle.terminate('its memory has been measured')));
    return (after - before) / WAITING / 1_024;
  });
}

const untilPosted = ({ simulator }: Stand, posts: number): Promise<void> =>
  until(simulator, () => simulator.report().posts === posts);

type Shape = PipelineInput['shape'];

/** Starts the same pipeline in either form. */
function start(
  { client }: Bench,
  { form, taskQueue }: Stand,
  shape: Shape,
  jobIds: readonly string[],
  pace = IN_SHORT_STEPS.pace,
): Promise<WorkflowHandle> {
  const workflowId = `${taskQueue}-${shape}-${jobIds[0]!}`;
  const requests = jobIds.map((jobId) => ({ jobId, run: jobId }));
  const [type, input] =
    form === 'pipeline'
      ? [RUN_PIPELINE_WORKFLOW, { pipeline: pipelineOf(shape, jobIds) }]
      : ['pipeline', { shape, requests, pace } satisfies PipelineInput];
  return client.workflow.start(type, { args: [input], taskQueue, workflowId });
}

const pipelineOf = (shape: Shape, jobIds: readonly string[]) => ({
  pipeline: 'measured',
  concurrency: jobIds.length,
  defaults: { runKeyParameter: 'runKey' },
  steps: Object.fromEntries(
    jobIds.map((job, nth) => {
      const before = shape === 'chain' ? jobIds[nth - 1] : undefined;
      return [job, { job, parameters: { run: job }, ...(before && { needs: [before] }) }];
    }),
  ),
});

/** Events of a workflow and of its children, a run each in the naive form. */
async function eventsOf(
  { client }: Bench,
  form: PipelineForm,
  workflowId: string,
  runs: readonly string[],
): Promise<number> {
  const children = form === 'pipeline' ? [] : runs.map((run) => `${workflowId}/${run}`);
  const lengths = [workflowId, ...children].map(async (id) => {
    const { historyLength } = await client.workflow.getHandle(id).describe();
    return historyLength;
  });
  return (await Promise.all(lengths)).reduce((sum, length) => sum + length, 0);
}

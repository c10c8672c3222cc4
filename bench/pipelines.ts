// Cost of whole pipelines, compared with child workflows written by hand.
import type { WorkflowHandle } from '@temporalio/client';
import { RUN_PIPELINE_WORKFLOW } from '../contract/names.js';
import {
  arrivalOf,
  type Bench,
  CHILDREN,
  type Form,
  inStand,
  seenToSubmit,
  type Settings,
  type Stand,
  type Topic,
  until,
} from './stand.js';
import { percentileRows, rowOf } from './table.js';

const CHAIN = 100;
const WIDTH = 200;
const WAITING = 200;
/** With the usual pace a chain of the naive form takes a quarter of an hour. */
const IN_SHORT_STEPS: Settings = { pace: { pollMs: 1_000 } };

export const PIPELINES: Topic = {
  measure: async (bench) => {
    const [ours, peer] = [await measure(bench, 'ours'), await measure(bench, CHILDREN)];
    const [chain, width, waiting] = [
      bench.size(CHAIN, 4),
      bench.size(WIDTH, 8),
      bench.size(WAITING, 10),
    ];
    const row = (measured: string, unit: string, of: 'lastMs' | 'eventsPerStep' | 'waitingKb') =>
      rowOf({ measure: measured, unit }, ours[of], peer[of], CHILDREN);
    return [
      ...percentileRows(
        `step to step in a chain of ${chain}, end seen → next submit`,
        ours.seenMs,
        [...([CHILDREN, peer.seenMs] as const)],
      ),
      ...percentileRows(
        `fan-out of ${width}, start of the pipeline → submit of a step`,
        ...([ours.submitMs, [CHILDREN, peer.submitMs]] as const),
      ),
      row(`fan-out of ${width}, start of the pipeline → last submit`, 'ms', 'lastMs'),
      row(`history events per step of a chain of ${chain}`, 'events', 'eventsPerStep'),
      row(`resident memory per waiting pipeline, ${waiting} of one step`, 'KB', 'waitingKb'),
    ];
  },
  settings: {
    ...{ chain: CHAIN, fanOut: WIDTH, waiting: WAITING, naive: IN_SHORT_STEPS },
    ours: 'runKeyParameter; a pipeline as data, read by its first activity',
  },
  notMeasured: [
    'The naive form starts without looking whether the job is free, without a permit, and without a limit of calls: its submit is one activity.',
    'Waiting: a naive child workflow of the SDK keeps its loop of timers in the cache; evicted ones would be replayed.',
    'Memory is that of the whole process after the starts, without a forced collection: take the ratio, not the figure.',
  ],
};

const namesOf = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, nth) => `${prefix}-${nth}`);
const jobOf = (never: boolean) => (jobId: string) => ({
  jobId,
  type: 'SCRIPT' as const,
  executions: [never ? { never } : { waitingMs: 0, runningMs: 200 }],
});

async function measure(bench: Bench, form: Form) {
  bench.say(`pipelines: ${form} …`);
  const chain = await measureChain(bench, form);
  const submitMs = await measureFanOut(bench, form);
  const waitingKb = await measureWaiting(bench, form);
  return { ...chain, submitMs, lastMs: Math.max(...submitMs), waitingKb };
}

async function measureChain(bench: Bench, form: Form) {
  const jobIds = namesOf('chain', bench.size(CHAIN, 4));
  const options = { simulator: { jobs: jobIds.map(jobOf(false)) }, ...IN_SHORT_STEPS };
  return await inStand(bench, form, options, async (stand) => {
    await stand.startWorker();
    const handle = await start(bench, stand, jobIds, false);
    await handle.result();
    const children = form === 'ours' ? [] : jobIds.map((run) => `${handle.workflowId}/${run}`);
    const lengths = [handle.workflowId, ...children].map(async (id) => {
      const { historyLength } = await bench.client.workflow.getHandle(id).describe();
      return historyLength;
    });
    const events = (await Promise.all(lengths)).reduce((sum, length) => sum + length, 0);
    return {
      seenMs: jobIds.slice(1).map((next, nth) => seenToSubmit(stand, jobIds[nth]!, next)),
      eventsPerStep: events / jobIds.length,
    };
  });
}

async function measureFanOut(bench: Bench, form: Form): Promise<readonly number[]> {
  const jobIds = namesOf('wide', bench.size(WIDTH, 8));
  const options = { simulator: { jobs: jobIds.map(jobOf(true)) } };
  return await inStand(bench, form, options, async (stand) => {
    await stand.startWorker();
    const startedMs = Date.now();
    const handle = await start(bench, stand, jobIds, true);
    await untilPosted(stand, jobIds.length);
    await handle.terminate('the fan-out has been measured');
    const log = stand.simulator.log();
    return jobIds.map((jobId) => arrivalOf(log, { operation: 'executeJob', jobId }) - startedMs);
  });
}

/** A tenth more pipelines start before the measurement, so that code that is loaded once does not count. */
async function measureWaiting(bench: Bench, form: Form): Promise<number> {
  const waiting = bench.size(WAITING, 10);
  const jobIds = namesOf('waits', waiting * 1.1);
  const options = { simulator: { jobs: jobIds.map(jobOf(true)) } };
  return await inStand(bench, form, options, async (stand) => {
    const worker = await stand.startWorker();
    const startAll = (some: readonly string[]) =>
      Promise.all(some.map((jobId) => start(bench, stand, [jobId], false)));
    const first = await startAll(jobIds.slice(waiting));
    await untilPosted(stand, first.length);
    const { rss: before } = await worker.usage();
    const others = await startAll(jobIds.slice(0, waiting));
    await untilPosted(stand, jobIds.length);
    const { rss: after } = await worker.usage();
    const handles = [...first, ...others];
    await Promise.all(handles.map((handle) => handle.terminate('its memory has been measured')));
    return (after - before) / waiting / 1_024;
  });
}

const untilPosted = ({ simulator }: Stand, posts: number): Promise<void> =>
  until(simulator, () => simulator.report().posts === posts);

/** Starts a pipeline in the form of the stand. */
function start(
  { client }: Bench,
  stand: Stand,
  jobIds: readonly string[],
  isFanOut: boolean,
): Promise<WorkflowHandle> {
  if (stand.form !== 'ours')
    return stand.start(
      jobIds.map((jobId) => ({ jobId, run: jobId })),
      { isFanOut },
    );
  const steps = jobIds.map((job, nth): [string, object] => {
    const needs = isFanOut || nth === 0 ? {} : { needs: [jobIds[nth - 1]!] };
    return [job, { job, parameters: { run: job }, ...needs }];
  });
  const pipeline = {
    ...{
      pipeline: 'measured',
      concurrency: jobIds.length,
      steps: Object.fromEntries<object>(steps),
    },
    defaults: { runKeyParameter: 'runKey' },
  };
  const workflowId = `${stand.taskQueue}-${jobIds[0]!}`;
  const options = { args: [{ pipeline }], taskQueue: stand.taskQueue, workflowId };
  return client.workflow.start(RUN_PIPELINE_WORKFLOW, options);
}

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Permit } from '../../../contract/activities.js';
import type { PipelinePlan } from '../../../contract/pipeline.js';
import { RUN_JOB_WORKFLOW, RUN_PIPELINE_WORKFLOW } from '../../../contract/names.js';
import { DEFAULT_TIMINGS } from '../../../contract/timings.js';
import { bundleWithPlugin } from '../../support/bundle.js';
import { cachedWorkflows, type CachedWorkflow } from '../../support/cached-workflows.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const WARM_UP = 30;
const WAITS = 200;

const jobCondition = { numWorker: 2, timeout: 360 };
const permit: Permit = {
  ...{ baselineMs: 1_795_912_137_248, knownIds: [], runId: 'run', active: [] },
  job: { name: 'sales', type: 'SCRIPT', status: 'READY', jobCondition },
  seen: { completedMs: [60_000, 70_000], failedMs: [] },
  found: { matches: [], possible: [] },
  timings: DEFAULT_TIMINGS,
};
const plan: PipelinePlan = {
  ...{ version: 1, pipeline: 'nightly', parameters: {}, concurrency: 1, onFailure: 'stop' },
  holdForMs: 604_800_000,
  steps: {
    extract: {
      ...{ kind: 'job', needs: [], runIf: 'allSucceeded', jobId: 'jobA', jobName: 'sales' },
      ...{ options: {}, jobCondition: {}, parameters: {} },
    },
  },
};
/** The wait for the end has none: it stays pending. */
const RESULTS = {
  dataflowPrepareSubmission: permit,
  dataflowExecuteJob: { jobExecutionId: 'execution', jobId: 'jobA', status: 'READY' },
};

async function heapBytes(): Promise<number> {
  for (let times = 0; times < 5; times += 1) {
    await setImmediate();
    collect();
  }
  return process.memoryUsage().heapUsed;
}

type Cache = Awaited<ReturnType<typeof cachedWorkflows>>;

describe('a workflow in the cache that waits for the end of an execution', () => {
  let cache: Cache;
  const held: CachedWorkflow[] = [];
  const INPUT = {
    job: [RUN_JOB_WORKFLOW, { jobId: 'jobA' }],
    pipeline: [RUN_PIPELINE_WORKFLOW, { pipeline: plan }],
  } as const;
  const hold = async (form: keyof typeof INPUT): Promise<CachedWorkflow> => {
    const [type, input] = INPUT[form];
    const started = await cache.start(type, [input], RESULTS);
    held.push(started);
    return started;
  };

  beforeAll(async () => {
    const bundle = await bundleWithPlugin(new URL('../../../workflows/index.ts', import.meta.url));
    cache = await cachedWorkflows(bundle, [...Object.keys(RESULTS), 'dataflowAwaitExecution']);
  });

  afterAll(async () => {
    for (const workflow of held) await workflow.dispose();
    await cache.end();
  });

  // docs/decisions/0056 has the figures, and those of naive forms.
  it.each([
    ['job', 40],
    ['pipeline', 56],
  ] as const)('keeps little: a %s at most %i KB of heap', async (form, atMostKb) => {
    for (let nth = 0; nth < WARM_UP; nth += 1) await hold(form);
    const before = await heapBytes();
    for (let nth = 0; nth < WAITS; nth += 1) await hold(form);
    const eachKb = ((await heapBytes()) - before) / WAITS / 1_024;
    expect(eachKb).toBeLessThanOrEqual(atMostKb);
  });

  it.each(['job', 'pipeline'] as const)(
    'keeps no stack trace of its own: those of a %s are one with those of every other',
    async (kind) => {
      const [one, other] = [await hold(kind), await hold(kind)];
      const [traces, others] = [one, other].map(({ activator }) => [
        ...activator.promiseStackStore.promiseToStack.values(),
      ]);
      expect(traces!.length).toBeGreaterThan(0);
      expect(others).toHaveLength(traces!.length);
      traces!.forEach((trace, nth) => {
        expect(trace).toBe(others![nth]);
      });
    },
  );

  it('answers the query __stack_trace with the places where it waits', async () => {
    const workflow = await hold('job');
    const traces = [...workflow.activator.promiseStackStore.promiseToStack.values()];
    expect(traces.map(({ formatted }) => formatted).join('\n')).toContain('job-run/wait.ts');
  });
});

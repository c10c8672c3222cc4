import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Worker,
  type WorkerOptions,
  type WorkflowBundle,
} from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RunJobResult } from '../../contract/run.js';
import { DataFlowPlugin } from '../../index.js';
import type { JobScript } from '../../simulator/index.js';
import { inSoak } from '../support/in-soak.js';
import { until } from '../support/until.js';
import { inWorld, type World, type WorldOptions } from '../support/world.js';

const CODE = fileURLToPath(new URL('./code/neighbours.ts', import.meta.url));
/** The SDK has this option (default 5 s) outside its types. 3 s suffice for the other workflows on a busy machine. */
const QUICKLY_CUT_OFF = { isolateExecutionTimeout: '3s' } as Partial<WorkerOptions>;
const RUNS = 6;
const JOB: JobScript = {
  jobId: 'jobA',
  type: 'SCRIPT',
  maxConcurrentRuns: RUNS,
  executions: [{ waitingMs: 100, runningMs: 500 }],
};

const bundles = {
  'with the plugin': undefined as WorkflowBundle | undefined,
  'without the plugin': undefined as WorkflowBundle | undefined,
};
beforeAll(async () => {
  const options = { workflowsPath: CODE, logger: new DefaultLogger('WARN') };
  bundles['with the plugin'] = await bundleWorkflowCode({
    ...options,
    plugins: [new DataFlowPlugin()],
  });
  bundles['without the plugin'] = await bundleWorkflowCode(options);
});

const isCutOff = async (world: World, workflowId: string): Promise<boolean> => {
  const { events } = await world.client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).some(({ workflowTaskFailedEventAttributes: failed }) =>
    failed?.failure?.message?.includes('timed out'),
  );
};

async function startBeside(world: World, type: string, args: unknown[] = []): Promise<string> {
  const { client, taskQueue } = world;
  const workflowId = `${taskQueue}-${type}`;
  await client.workflow.start(type, { args, taskQueue, workflowId });
  return workflowId;
}

const startRuns = (world: World): Promise<WorkflowHandle[]> =>
  Promise.all(
    Array.from({ length: RUNS }, (_, index) =>
      world.client.workflow.start('dataflowRunJob', {
        args: [{ jobId: 'jobA', runKeyParameter: 'run' }],
        taskQueue: world.taskQueue,
        workflowId: `${world.taskQueue}-run-${index}`,
      }),
    ),
  );

/** Each run has one execution, a key of its own, and a history that replays. */
async function expectUntouched(
  { simulator }: World,
  handles: readonly WorkflowHandle[],
  workflowBundle: WorkflowBundle,
): Promise<void> {
  const results = (await Promise.all(handles.map((each) => each.result()))) as RunJobResult[];
  const ids = results.map(({ execution }) => execution.jobExecutionId);
  expect(new Set(ids).size).toBe(RUNS);
  expect(simulator.report()).toMatchObject({ created: RUNS, duplicates: 0, leftRunning: 0 });
  for (const handle of handles) {
    const { runId } = await handle.describe();
    const progress = await handle.query<object>('dataflowProgress');
    expect(Object.keys(progress)).toEqual([`${runId}-1.1`]);
    await Worker.runReplayHistory({ workflowBundle }, await handle.fetchHistory());
  }
}

const worldOf = (
  workflowBundle: WorkflowBundle,
  options: Partial<WorkerOptions>,
): WorldOptions => ({
  jobs: [JOB, { jobId: 'never' }],
  faults: [{ on: 'executeJob', times: 2, then: { drop: 'after' } }],
  worker: { workflowBundle, workflowThreadPoolSize: 1, ...QUICKLY_CUT_OFF, ...options },
});

type Beside = readonly [type: string, how: keyof typeof bundles, options: Partial<WorkerOptions>];

/** Each kind of loop and each kind of bundle once: a loop takes a whole core until it is cut off. */
const BESIDE: readonly Beside[] = [
  ['loopsOutsideScopes', 'with the plugin', {}],
  ['loopsInsideScope', 'without the plugin', {}],
  ['loopsInsideCancelledScope', 'with the plugin', {}],
];
const BESIDE_IN_SOAK: readonly Beside[] = [
  ...BESIDE,
  ['loopsInsideScope', 'with the plugin', {}],
  ['loopsInsideScope', 'with the plugin', { reuseV8Context: false }],
  ['loopsInsideScope', 'with the plugin', { maxCachedWorkflows: 0 }],
  ['loopsInsideCancelledScope', 'without the plugin', {}],
];

describe('runs in a worker beside a workflow that never yields (S1)', { concurrent: false }, () => {
  it.each(inSoak(BESIDE, BESIDE_IN_SOAK))(
    'beside %s, bundled %s, %o: start once, with a key of their own',
    (type, how, options) => {
      const bundle = bundles[how]!;
      return inWorld(worldOf(bundle, options), async (world) => {
        const looping = await startBeside(world, type);
        await until(() => isCutOff(world, looping));
        const handles = await startRuns(world);
        await world.client.workflow.getHandle(looping).terminate();
        await expectUntouched(world, handles, bundle);
      });
    },
  );

  it('are stopped by a cancel of their own workflow, and by no other', () => {
    const bundle = bundles['without the plugin']!;
    const jobs = [{ ...JOB, executions: [{ waitingMs: 100, runningMs: 600_000 }] }];
    return inWorld({ ...worldOf(bundle, {}), jobs, faults: [] }, async (world) => {
      const { simulator, client } = world;
      const looping = await startBeside(world, 'loopsInsideCancelledScope');
      await until(() => isCutOff(world, looping));
      const [handle, ...others] = await startRuns(world);
      await until(() => simulator.report().created === RUNS);
      await handle!.cancel();
      await expect(handle!.result()).rejects.toThrow();
      expect(simulator.report()).toMatchObject({ leftRunning: RUNS - 1 });
      await Promise.all(others.map((other) => other.cancel()));
      await Promise.allSettled(others.map((other) => other.result()));
      expect(simulator.report()).toMatchObject({ leftRunning: 0 });
      await client.workflow.getHandle(looping).terminate();
    });
  });
});

describe(
  'a workflow in whose activation code or state of another one is found (S1)',
  { concurrent: false },
  () => {
    it.each([
      ['state of another run', 'findsForeignState', ['never'], 'run another-run'],
      [
        'continuation with a run',
        'continuesForAnother',
        ['runJob', 'never'],
        'an ended activation',
      ],
      ['continuation with an activity', 'continuesForAnother', ['activity'], 'an ended activation'],
      ['continuation with a timer', 'continuesForAnother', ['timer'], 'an ended activation'],
    ])('fails its workflow task, and asks for nothing: %s', (_, type, args, found) => {
      const bundle = bundles['with the plugin']!;
      return inWorld(worldOf(bundle, {}), async (world) => {
        const { client, simulator } = world;
        const handle = client.workflow.getHandle(await startBeside(world, type, args));
        await until(async () => {
          const { events } = await handle.fetchHistory();
          return (events ?? []).some(({ workflowTaskFailedEventAttributes: failed }) =>
            failed?.failure?.message?.includes(`of ${found} was found`),
          );
        });
        expect(simulator.log()).toEqual([]);
        await handle.terminate();
      });
    });
  },
);

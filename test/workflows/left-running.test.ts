import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure, TerminatedFailure, TimeoutFailure } from '@temporalio/common';
import type { WorkflowBundle } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { RUN_JOB_WORKFLOW, FAILED_RUNS_MEMO } from '../../contract/names.js';
import type { RunProgress } from '../../contract/run.js';
import { type AllProgress, leftRunning, PROGRESS_QUERY } from '../../index.js';
import { start } from '../support/pipelines.js';
import { bundleWithPlugin } from '../support/bundle.js';
import { until } from '../support/until.js';
import { inWorld, type World } from '../support/world.js';

const CODE = new URL('./code/left-running.ts', import.meta.url);

const ENDLESS = { jobId: 'endless', executions: [{ waitingMs: 100, never: true }] };
const endingAs = (outcome: 'COMPLETED' | 'FAILED') => ({
  jobId: 'short',
  executions: [{ waitingMs: 100, runningMs: 1_500, outcome }],
});

describe('a workflow that ends before its runs (C9)', () => {
  let workflowBundle: WorkflowBundle;
  beforeAll(async () => {
    workflowBundle = await bundleWithPlugin(CODE);
  });

  /** Runs it to its end; gives what its memo says of the job that does not end. */
  async function play(
    world: World,
    type: string,
    meanwhile: (handle: WorkflowHandle) => Promise<void> = () => Promise.resolve(),
  ): Promise<RunProgress | undefined> {
    const { client, taskQueue } = world;
    const handle = await client.workflow.start(type, {
      args: [['short', 'endless']],
      ...{ taskQueue, workflowId: taskQueue },
    });
    world.note(handle);
    await meanwhile(handle);
    await handle.result().catch(() => undefined);
    const memo = (await handle.describe()).memo?.[FAILED_RUNS_MEMO] as
      Record<string, RunProgress> | undefined;
    return Object.values(memo ?? {}).find(({ jobId }) => jobId === 'endless');
  }

  it.each([
    ['because one of a Promise.all failed', 'allAtOnce', endingAs('FAILED')],
    ['because one of a Promise.race completed', 'firstOnly', endingAs('COMPLETED')],
  ] as const)('%s says in its memo what runs on unwatched', (_, type, short) =>
    inWorld({ jobs: [short, ENDLESS], worker: { workflowBundle } }, async (world) => {
      const left = await play(world, type);
      const execution = world.simulator.executions().find(({ jobId }) => jobId === 'endless');
      expect(execution).toMatchObject({ status: 'RUNNING' });
      expect(left).toMatchObject({
        ...{ phase: 'waiting', executionId: execution?.executionId },
        unknown: expect.stringContaining(`${execution?.executionId} may still run`) as string,
      });
    }),
  );

  it('because a cancel has stopped the first of a Promise.all says in its memo that another may still run', () =>
    inWorld(
      {
        jobs: [{ ...ENDLESS, jobId: 'short' }, ENDLESS],
        faults: [{ on: 'cancelJobExecution', jobId: 'endless', then: { status: 503 } }],
        worker: { workflowBundle },
      },
      async (world) => {
        const running = (): number =>
          world.simulator.executions().filter(({ status }) => status === 'RUNNING').length;
        const left = await play(world, 'allAtOnce', async (handle) => {
          await until(() => running() === 2);
          await handle.cancel();
        });
        const execution = world.simulator.executions('endless')[0];
        expect(world.simulator.executions('short')[0]).toMatchObject({ status: 'CANCELED' });
        expect(execution).toMatchObject({ status: 'RUNNING' });
        expect(left?.unknown).toContain(`${execution?.executionId} may still run`);
      },
    ));

  it('leaves nothing in the form that the README shows: a failure stops the others', () =>
    inWorld({ jobs: [endingAs('FAILED'), ENDLESS], worker: { workflowBundle } }, async (world) => {
      const left = await play(world, 'together');
      expect(left).toMatchObject({ phase: 'ended', outcome: 'canceled', status: 'CANCELED' });
      expect(left).not.toHaveProperty('unknown');
      expect(world.simulator.report()).toMatchObject({ created: 2, leftRunning: 0 });
    }));
});

describe('a workflow that the server closed, to a client that awaits it (L8)', () => {
  /** How it closed, and what may still run, as the README shows to ask. */
  const closed = async (handle: WorkflowHandle): Promise<readonly [unknown, unknown]> => {
    const error = await handle.result().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
    return [cause?.constructor, leftRunning(await handle.query<AllProgress>(PROGRESS_QUERY))];
  };
  const isStarted = ({ simulator }: World): Promise<void> =>
    until(() => Promise.resolve(simulator.executions().length === 1));

  it('a pipeline that was terminated: its execution is named, with its step', () =>
    inWorld({ jobs: [ENDLESS] }, async (world) => {
      const steps = { load: { job: 'endless', forEach: ['r03'] } };
      const handle = await start(world, { pipeline: { pipeline: 'p', steps } });
      await isStarted(world);
      const shownId = async (): Promise<boolean> =>
        JSON.stringify(await handle.query(PROGRESS_QUERY)).includes('executionId');
      await until(shownId);
      await handle.terminate();
      const executionId = world.simulator.executions()[0]?.executionId;
      expect(await closed(handle)).toEqual([
        TerminatedFailure,
        [expect.objectContaining({ step: 'load r03', jobId: 'endless', executionId })],
      ]);
    }));

  it('a run that reached the execution timeout of its workflow: its execution is named', () =>
    inWorld({ jobs: [ENDLESS] }, async (world) => {
      const { client, taskQueue } = world;
      const handle = await client.workflow.start(RUN_JOB_WORKFLOW, {
        ...{ args: [{ jobId: 'endless' }], taskQueue, workflowId: taskQueue },
        workflowExecutionTimeout: '6s',
      });
      await isStarted(world);
      const executionId = world.simulator.executions()[0]?.executionId;
      expect(await closed(handle)).toEqual([
        TimeoutFailure,
        [expect.objectContaining({ jobId: 'endless', executionId })],
      ]);
    }));

  it('one that ended by itself: nothing', () =>
    inWorld({ jobs: [endingAs('FAILED')] }, async (world) => {
      const [how, left] = await closed(await world.start({ jobId: 'short' }));
      expect([how, left]).toEqual([ApplicationFailure, []]);
    }));
});

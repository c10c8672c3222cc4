import { describe, expect, it } from 'vitest';
import { PIPELINE_STATE_QUERY } from '../../contract/names.js';
import type { Fault } from '../../simulator/index.js';
import { startPipeline } from '../../worker/start-pipeline.js';
import { dataflow, type Ended, localEnv } from '../support/cli.js';
import { failureOf } from '../support/failure-of.js';
import { start, stepIs } from '../support/pipelines.js';
import { until } from '../support/until.js';
import { inWorld, type World, type WorldOptions } from '../support/world.js';

const KEY = 'run';
const JOBS = ['slow', 'inner'].map((jobId) => ({
  ...{ jobId, name: jobId, type: 'SCRIPT' as const, submissionParameter: KEY },
  maxConcurrentRuns: 5,
  executions: [{ waitingMs: 50, runningMs: 15_000 }],
}));
const defaults = { runKeyParameter: KEY };

const cli = ({ simulator, taskQueue }: World, ...args: readonly string[]): Promise<Ended> =>
  dataflow(args, { env: localEnv(simulator, taskQueue) });

/** Until the service has so many executions. */
const haveStarted = ({ simulator }: World, count: number): Promise<void> =>
  until(() => Promise.resolve(simulator.report().created === count));

describe('a run that closed without its own code, and is run again (P2)', () => {
  it('rerun takes up the execution that runs: nothing is started beside it', () =>
    inWorld({ jobs: JOBS }, async (world) => {
      const steps = { load: { job: 'slow' }, then: { needs: ['load'], approval: {} } };
      const handle = await start(world, { pipeline: { pipeline: 'term', defaults, steps } });
      await haveStarted(world, 1);
      await handle.terminate('not today');

      const again = await startPipeline(world.client, {
        ...{ pipeline: { pipeline: 'term', defaults, steps }, key: world.taskQueue },
      });
      expect(again).toMatchObject({ started: false, existing: { status: 'TERMINATED' } });
      const rerun = await cli(world, 'pipeline', 'rerun', handle.workflowId, '--from-failed');
      expect(rerun.stderr).toContain('takes up 1 item in flight');
      expect(rerun.code).toBe(0);
      await stepIs(world.client.workflow.getHandle(handle.workflowId), 'then', 'running');
      expect(world.simulator.report()).toMatchObject({ posts: 1, created: 1, duplicates: 0 });
      await world.client.workflow.getHandle(handle.workflowId).terminate();
    }));

  it('a pipeline within it is taken up once it has closed, however it closed', () =>
    inWorld({ jobs: JOBS }, async (world) => {
      const inner = { pipeline: 'inner', defaults, steps: { a: { job: 'inner' } } };
      const handle = await start(world, {
        pipeline: { pipeline: 'outer', steps: { child: { pipeline: inner } } },
      });
      await haveStarted(world, 1);
      // The child first: the server asks it to cancel when its parent closes, and it would stop its execution.
      await world.client.workflow.getHandle(`${handle.workflowId}/child`).terminate();
      await handle.terminate().catch(() => undefined); // its parent may have failed by it
      const rerun = ['pipeline', 'rerun', handle.workflowId, '--from-failed'];
      const { code, stderr } = await cli(world, ...rerun);
      expect({ code, stderr }).toMatchObject({ code: 0 });
      const next = world.client.workflow.getHandle<() => Promise<object>>(handle.workflowId);
      expect(await next.result()).toMatchObject({ steps: { child: { status: 'succeeded' } } });
      expect(world.simulator.report()).toMatchObject({ posts: 1, created: 1, duplicates: 0 });
    }));

  it('a pipeline within it that has not closed yet is named and refused, and gone on with once it has', () => {
    // Nobody can stop the execution for a while, so the pipeline within stays open after its parent was closed.
    const unstoppable: Fault = { on: 'cancelJobExecution', then: { status: 503 } };
    return inWorld({ jobs: JOBS, faults: [unstoppable] }, async (world) => {
      const inner = { pipeline: 'inner', defaults, steps: { a: { job: 'inner' } } };
      const handle = await start(world, {
        pipeline: { pipeline: 'outer', steps: { child: { pipeline: inner } } },
      });
      await haveStarted(world, 1);
      const child = world.client.workflow.getHandle(`${handle.workflowId}/child`);
      await stepIs(child, 'a', 'running');
      await handle.terminate();

      const rerun = ['pipeline', 'rerun', handle.workflowId, '--from-failed'];
      const refused = await cli(world, ...rerun);
      expect(refused.code).toBe(9);
      expect(refused.stderr).toContain(
        `step child: its pipeline, workflow ${child.workflowId}, has not ended`,
      );
      expect((await handle.describe()).status.name).toBe('TERMINATED');

      world.simulator.clearFaults();
      await expect(child.result()).rejects.toThrow(); // its execution was stopped at last
      expect(world.simulator.report()).toMatchObject({ posts: 1, leftRunning: 0 });
      const { code, stderr } = await cli(world, ...rerun, '--follow');
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(world.simulator.report()).toMatchObject({ posts: 2, created: 2, duplicates: 0 });
    });
  });

  it('a workflow of the service that a step of it runs is named and refused', () => {
    const workflows = [
      {
        ...{ workflowId: 'nightly', name: 'sales' },
        nodes: [
          { id: 'byhand', type: 'TRIGGER' as const, parentNodeIds: [], triggerRule: 'NONE' },
          { id: 'slow', type: 'JOB' as const, parentNodeIds: ['byhand'] },
        ],
      },
    ];
    const service = { jobs: JOBS, triggers: [{ triggerId: 'byhand' }], workflows };
    return inWorld(service as WorldOptions, async (world) => {
      const pipeline = { pipeline: 'remote', steps: { all: { remoteWorkflow: 'nightly' } } };
      const handle = await start(world, { pipeline });
      const executions = () => world.simulator.executions('slow');
      await until(() => Promise.resolve(executions().length === 1));
      await handle.terminate();
      const refused = await cli(world, 'pipeline', 'rerun', handle.workflowId, '--from-failed');
      expect(refused.code).toBe(9);
      expect(refused.stderr).toMatch(
        /step all: the workflow \S+ of the service may run, and cannot be taken up/,
      );
      expect(executions()).toHaveLength(1);
    });
  });

  it('what nobody can take up is named and refused, by the command and by the workflow', () => {
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    return inWorld(
      { jobs: JOBS, worker: { activities: { gate: () => opened } } },
      async (world) => {
        const pipeline = { pipeline: 'held', steps: { gate: { activity: 'gate' } } };
        const handle = await start(world, { pipeline });
        await stepIs(handle, 'gate', 'running');
        const states = await handle.query<Record<string, { state: never }>>(PIPELINE_STATE_QUERY);
        await handle.terminate();
        const refused = await cli(world, 'pipeline', 'rerun', handle.workflowId, '--from-failed');
        expect(refused.code).toBe(9);
        expect(refused.stderr).toMatch(/step gate: its activity gate may run until 20/);

        const [{ state }] = Object.values(states) as [{ state: never }];
        const next = await start(world, {
          pipeline,
          key: `${world.taskQueue}-2`,
          rerun: { state },
        });
        const { message } = await failureOf(next.result());
        expect(message).toContain('rerun.carried: must hold each item in flight');
        open();
      },
    );
  });

  it.each(['TERMINATED', 'TIMED_OUT'] as const)(
    'a run of one job that is %s: dataflow run with its workflow id is refused and names what may run',
    (status) =>
      inWorld({ jobs: JOBS }, async (world) => {
        const workflowId = `w-${world.taskQueue}`;
        const single = await world.client.workflow.start('dataflowRunJob', {
          ...{ taskQueue: world.taskQueue, workflowId, args: [{ jobId: 'slow' }] },
          ...(status === 'TIMED_OUT' && { workflowExecutionTimeout: '6s' }),
        });
        if (status === 'TERMINATED') {
          await until(async () => (await world.progress(single)).executionId !== undefined);
          await single.terminate();
        }
        await expect(single.result()).rejects.toThrow();
        const refused = await cli(world, 'run', 'slow', '--workflow-id', workflowId);
        expect(refused.code).toBe(9);
        expect(refused.stderr).toContain(`is ${status}`);
        expect(refused.stderr).toMatch(/may still run: execution \w+ of job slow/);
        const rerun = await cli(world, 'pipeline', 'rerun', workflowId, '--from-failed');
        expect(rerun.code).toBe(9);
        expect(rerun.stderr).toContain(`workflow ${workflowId} runs no pipeline`);
        expect(world.simulator.report()).toMatchObject({ posts: 1, created: 1 });
      }),
  );
});

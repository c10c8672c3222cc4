import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { dataflow, localEnv } from '../support/cli.js';
import { start, stepIs } from '../support/pipelines.js';
import { until } from '../support/until.js';
import { inWorld, type World } from '../support/world.js';

const LONG = {
  jobId: 'long',
  name: 'sales-rebuild',
  executions: [{ waitingMs: 0, never: true as const }],
};

const cli = (world: World, ...args: readonly string[]) =>
  dataflow(args, { env: localEnv(world.simulator, world.taskQueue) });

const MAY_RUN =
  /may still run: execution (\w+) of job long.*dataflow api getJobExecutionById --jobId long --executionId \1/;

describe('a workflow that closed without its own code (L8)', () => {
  it('that the server ended by its execution timeout: 8, how, and what may still run', () =>
    inWorld({ jobs: [LONG] }, async (world) => {
      const { client, taskQueue } = world;
      const workflowId = randomUUID();
      const handle = await client.workflow.start('dataflowRunJob', {
        ...{ taskQueue, workflowId, args: [{ jobId: 'long' }], workflowExecutionTimeout: '5s' },
      });
      await handle.result().catch(() => undefined);
      const { code, stderr, stdout } = await cli(world, 'watch', workflowId, '--json');
      expect(code).toBe(8);
      expect(stderr).toContain(`workflow ${workflowId} was ended by the server`);
      expect(stderr).toMatch(MAY_RUN);
      expect(JSON.parse(stdout)).toMatchObject({
        outcome: 'timed-out',
        mayStillRun: [{ jobId: 'long', executionId: expect.any(String) as string }],
      });
    }));

  it('a pipeline that was terminated: describe and watch say so, with what may still run, and exit with 8', () =>
    inWorld({ jobs: [LONG] }, async (world) => {
      const pipeline = { pipeline: 'p', steps: { load: { job: 'long', forEach: ['r03'] } } };
      const handle = await start(world, { pipeline });
      await stepIs(handle, 'load', 'running');
      await until(() => Promise.resolve(world.simulator.report().leftRunning === 1));
      await until(async () =>
        (await cli(world, 'pipeline', 'describe', handle.workflowId, '--json')).stdout.includes(
          'executionId',
        ),
      );
      await handle.terminate('not today');
      const described = await cli(world, 'pipeline', 'describe', handle.workflowId);
      expect(described.code).toBe(8);
      expect(described.stdout).toMatch(/^status +terminated$/m);
      expect(described.stdout).toMatch(/^ended +\d{4}-/m);
      expect(described.stderr).toMatch(MAY_RUN);
      expect(described.stderr).toContain('(step load r03)');
      const watched = await cli(world, 'watch', handle.workflowId);
      expect(watched.code).toBe(8);
      expect(watched.stderr).toContain('was terminated (not today)');
      expect(watched.stderr).toMatch(MAY_RUN);
    }));
});

import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundle } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { RUN_MEMO } from '../../contract/names.js';
import type { RunProgress } from '../../contract/run.js';
import { DataFlowPlugin } from '../../index.js';
import { inWorld, type World } from '../support/world.js';

const CODE = fileURLToPath(new URL('./code/left-running.ts', import.meta.url));

const ENDLESS = { jobId: 'endless', executions: [{ waitingMs: 100, never: true }] };
const endingAs = (outcome: 'COMPLETED' | 'FAILED') => ({
  jobId: 'short',
  executions: [{ waitingMs: 100, runningMs: 1_500, outcome }],
});

describe('a workflow that ends before its runs (C9)', () => {
  let workflowBundle: WorkflowBundle;
  beforeAll(async () => {
    workflowBundle = await bundleWorkflowCode({
      workflowsPath: CODE,
      plugins: [new DataFlowPlugin()],
      logger: new DefaultLogger('WARN'),
    });
  });

  /** Runs it to its end; gives what its memo says of the job that does not end. */
  async function play(world: World, type: string): Promise<RunProgress | undefined> {
    const { client, taskQueue } = world;
    const handle = await client.workflow.start(type, {
      args: [['short', 'endless']],
      ...{ taskQueue, workflowId: taskQueue },
    });
    world.note(handle);
    await handle.result().catch(() => undefined);
    const memo = (await handle.describe()).memo?.[RUN_MEMO] as
      Record<string, RunProgress> | undefined;
    return Object.values(memo ?? {}).find(({ jobId }) => jobId === 'endless');
  }

  it.concurrent.each([
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

  it.concurrent(
    'leaves nothing in the form that the README shows: a failure stops the others',
    () =>
      inWorld(
        { jobs: [endingAs('FAILED'), ENDLESS], worker: { workflowBundle } },
        async (world) => {
          const left = await play(world, 'together');
          expect(left).toMatchObject({ phase: 'ended', outcome: 'canceled', status: 'CANCELED' });
          expect(left).not.toHaveProperty('unknown');
          expect(world.simulator.report()).toMatchObject({ created: 2, leftRunning: 0 });
        },
      ),
  );
});

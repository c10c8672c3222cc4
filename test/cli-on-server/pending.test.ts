import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { WorkflowNotFoundError } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { dataflow, localEnv, pressAt } from '../support/cli.js';
import { inWorld, type World } from '../support/world.js';

const QUICK = { waitingMs: 20, runningMs: 100 };
const JOBS = [{ jobId: 'quick', executions: [QUICK] }];

/** It may have ended by itself meanwhile: what kept it from going on is gone for some. */
async function endIfOpen({ client }: World, workflowId: string): Promise<void> {
  try {
    await client.workflow.getHandle(workflowId).terminate();
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** Watches a workflow until something is said that matches, then leaves it. */
async function watched(world: World, workflowId: string, pattern: RegExp) {
  const ended = await dataflow(['watch', workflowId], {
    env: localEnv(world.simulator, world.taskQueue),
    onOutput: pressAt(pattern),
  });
  await endIfOpen(world, workflowId);
  expect(ended.code).toBe(130);
  return ended.stderr;
}

const begin = async (world: World, type: string, args: unknown[], taskQueue = world.taskQueue) => {
  const workflowId = randomUUID();
  await world.client.workflow.start(type, { args, taskQueue, workflowId });
  return workflowId;
};

describe('what keeps a workflow from going on (L7)', () => {
  it('no worker on its task queue', () =>
    inWorld({}, async (world) => {
      const id = await begin(world, 'dataflowRunJob', [{ jobId: 'quick' }], 'nobody-at-all');
      await watched(world, id, /no worker polls task queue nobody-at-all: start one/);
    }));

  it('a workflow type that the worker does not have', () =>
    inWorld({}, async (world) => {
      const id = await begin(world, 'nightlySales', []);
      const said = await watched(world, id, /has no workflow nightlySales/);
      expect(said).toContain(
        `the worker of task queue ${world.taskQueue} has no workflow nightlySales`,
      );
      expect(said).toContain("export it from the worker's workflows file");
    }));

  it('an activity that no worker has', () =>
    inWorld({}, async (world) => {
      const pipeline = { pipeline: 'p', steps: { gate: { activity: 'qualityGate' } } };
      const id = await begin(world, 'dataflowRunPipeline', [{ pipeline }]);
      const said = await watched(world, id, /has activity qualityGate/);
      expect(said).toContain(`no worker of task queue ${world.taskQueue} has activity qualityGate`);
      expect(said).not.toContain('available activities');
    }));

  it('an activity that fails and is repeated, with its message', () =>
    inWorld(
      { worker: { activities: { gate: () => Promise.reject(new Error('table is locked')) } } },
      async (world) => {
        const pipeline = { pipeline: 'p', steps: { gate: { activity: 'gate' } } };
        const id = await begin(world, 'dataflowRunPipeline', [{ pipeline }]);
        await watched(world, id, /activity gate fails and is repeated: table is locked/);
      },
    ));

  it('an activity whose task queue nobody polls', () =>
    inWorld({}, async (world) => {
      const gate = { activity: 'gate', taskQueue: 'nobody-at-the-gate' };
      const pipeline = { pipeline: 'p', steps: { gate } };
      const id = await begin(world, 'dataflowRunPipeline', [{ pipeline }]);
      await watched(
        world,
        id,
        /activity gate waits for a worker: none polls .* nobody-at-the-gate/,
      );
    }));

  it('a workflow task that fails, with its message', async () => {
    const workflowsPath = fileURLToPath(
      new URL('../workflows/code/neighbours.ts', import.meta.url),
    );
    const logger = new DefaultLogger('WARN');
    const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger });
    await inWorld({ worker: { workflowBundle } }, async (world) => {
      // It throws a plain error, which fails the task and not the workflow.
      const id = await begin(world, 'findsForeignState', ['quick']);
      await watched(
        world,
        id,
        /the workflow task fails and is repeated: .*\. See the log of the worker/,
      );
    });
  });

  it('is what describe and approve answer instead of silence', () =>
    inWorld({ jobs: JOBS }, async (world) => {
      const id = await begin(world, 'nightlySales', []);
      const env = localEnv(world.simulator, world.taskQueue);
      await watched(world, id, /has no workflow/).catch(() => undefined);
      const again = await begin(world, 'nightlySales', []);
      const described = await dataflow(['pipeline', 'describe', again], { env });
      expect(described.code).toBe(3);
      expect(described.stderr).toContain('has no workflow nightlySales');
      await world.client.workflow.getHandle(again).terminate();
    }));
});

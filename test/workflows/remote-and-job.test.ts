import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import type { WorkflowBundle } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROGRESS_QUERY } from '../../contract/names.js';
import type { ExecutionScript, SimulatorOptions } from '../../simulator/index.js';
import { bundleWithPlugin } from '../support/bundle.js';
import { until } from '../support/until.js';
import { inWorld, type World } from '../support/world.js';

const CODE = new URL('./code/remote-and-job.ts', import.meta.url);
const WORKFLOW_ID = 'nightly';

/** A workflow of two jobs in a row, and a job outside any workflow. `execution` scripts the first and the lone job. */
function aService(execution: ExecutionScript): SimulatorOptions {
  const quick = { waitingMs: 100, runningMs: 300 };
  return {
    jobs: [
      { jobId: 'extract', executions: [execution] },
      { jobId: 'load', executions: [quick] },
      { jobId: 'alone', executions: [execution] },
    ],
    triggers: [{ triggerId: 'byhand' }],
    workflows: [
      {
        workflowId: WORKFLOW_ID,
        nodes: [
          { id: 'byhand', type: 'TRIGGER', parentNodeIds: [], triggerRule: 'NONE' },
          { id: 'extract', type: 'JOB', parentNodeIds: ['byhand'] },
          { id: 'load', type: 'JOB', parentNodeIds: ['extract'] },
        ],
      },
    ],
  };
}

const outcomes = async (handle: WorkflowHandle): Promise<readonly string[]> => {
  const all = await handle.query<Record<string, { readonly outcome?: string }>>(PROGRESS_QUERY);
  return Object.values(all).map(({ outcome = 'none yet' }) => outcome);
};

describe('runRemoteWorkflow beside runJob in one workflow', () => {
  let workflowBundle: WorkflowBundle;
  beforeAll(async () => {
    workflowBundle = await bundleWithPlugin(CODE);
  });

  const begin = async (world: World): Promise<WorkflowHandle> => {
    const { client, taskQueue } = world;
    const handle = await client.workflow.start('remoteAndJob', {
      ...{ args: [WORKFLOW_ID, 'alone'], taskQueue, workflowId: taskQueue },
    });
    world.note(handle);
    return handle;
  };

  it('both run to their ends, each with its own executions, and both are reported', () =>
    inWorld(
      { ...aService({ waitingMs: 100, runningMs: 800 }), worker: { workflowBundle } },
      async (world) => {
        const handle = await begin(world);
        const told: unknown = await handle.result();
        const idOf = (jobId: string) => world.simulator.executions(jobId)[0]?.executionId;
        expect(told).toEqual(['extract', 'load', 'alone'].map(idOf));
        expect(world.simulator.executions()).toHaveLength(3);
        expect(await outcomes(handle)).toEqual(['COMPLETED', 'COMPLETED']);
        expect(world.simulator.report()).toMatchObject({ duplicates: 0, leftRunning: 0 });
      },
    ));

  it('a cancel stops both, starts nothing more, and both are reported as canceled', () =>
    inWorld(
      { ...aService({ waitingMs: 100, never: true }), worker: { workflowBundle } },
      async (world) => {
        const { simulator } = world;
        const handle = await begin(world);
        const statuses = () => simulator.executions().map(({ jobId, status }) => [jobId, status]);
        await until(() => statuses().filter(([, status]) => status === 'RUNNING').length === 2);
        await handle.cancel();
        const failure: unknown = await handle.result().catch((error: unknown) => error);
        expect(failure).toBeInstanceOf(WorkflowFailedError);
        expect((failure as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
        expect(statuses().toSorted()).toEqual([
          ['alone', 'CANCELED'],
          ['extract', 'CANCELED'],
        ]);
        expect(await outcomes(handle)).toEqual(['canceled', 'canceled']);
        expect(simulator.report()).toMatchObject({ leftRunning: 0 });
      },
    ));
});

import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../support/failure-of.js';
import { stands, start } from '../support/pipelines.js';
import { inWorld } from '../support/world.js';

const QUICK_RUN = { waitingMs: 20, runningMs: 100 };
const job = (jobId: string) => ({ jobId, name: jobId, executions: [QUICK_RUN] });

describe('a step of a pipeline', () => {
  it("may be an activity of the user's own, with its retries; what it gives is seen by later steps", () => {
    let tries = 0;
    const activities = {
      countRows: ({ of }: { of: string }) => {
        tries += 1;
        if (tries < 2) throw new Error('not yet');
        return Promise.resolve({ rows: of.length });
      },
      tell: (rows: number) => Promise.resolve(`${rows} rows`),
    };
    return inWorld(
      { jobs: [], worker: { activities }, record: 'pipeline-activity' },
      async (world) => {
        const handle = await start(world, {
          pipeline: {
            pipeline: 'activities',
            steps: {
              count: {
                activity: 'countRows',
                with: { of: 'abc' },
                retry: { maximumAttempts: 3, initialInterval: '1s' },
              },
              tell: { needs: ['count'], activity: 'tell', with: '${{ steps.count.output.rows }}' },
              some: {
                needs: ['tell'],
                approval: { timeout: '1s', message: '${{ steps.tell.output }}' },
              },
            },
          },
        });
        const { details } = await failureOf(handle.result());
        expect(details.failed).toMatchObject([
          { step: 'some', reason: 'nobody decided within 1s' },
        ]);
        expect(tries).toBe(2);
      },
    );
  });

  it('whose activity gives more than is kept succeeds without its output, and says so', () =>
    inWorld(
      { jobs: [], worker: { activities: { long: () => Promise.resolve('x'.repeat(5_000)) } } },
      async (world) => {
        const handle = await start(world, {
          pipeline: { pipeline: 'long', steps: { a: { activity: 'long' } } },
        });
        expect((await handle.result()).steps['a']).toEqual({
          status: 'succeeded',
          reason: 'its output was not kept: 5002 characters, at most 4096',
          startedAt: expect.any(String) as string,
          endedAt: expect.any(String) as string,
        });
      },
    ));

  it('may be a pipeline: a child workflow with parameters of its own', () =>
    inWorld({ jobs: [job('jobA')], record: 'pipeline-child' }, async (world) => {
      const handle = await start(world, {
        pipeline: {
          pipeline: 'outer',
          steps: {
            each: {
              forEach: ['KR', 'JP'],
              parameters: { region: '${{ item }}' },
              pipeline: {
                pipeline: 'inner',
                parameters: { region: { type: 'string' } },
                steps: { a: { job: 'jobA', when: '${{ params.region == "KR" }}' } },
              },
            },
          },
        },
      });
      expect((await handle.result()).steps).toMatchObject({ each: { items: { succeeded: 2 } } });
      expect(world.simulator.report().posts).toBe(1);
    }));

  it('may be a workflow of the service, by its name', () =>
    inWorld(
      {
        jobs: [job('extract')],
        triggers: [{ triggerId: 'byhand' }],
        workflows: [
          {
            workflowId: 'wf1',
            name: 'nightly',
            nodes: [
              { id: 'byhand', type: 'TRIGGER', parentNodeIds: [], triggerRule: 'NONE' },
              { id: 'extract', type: 'JOB', parentNodeIds: ['byhand'] },
            ],
          },
        ],
        record: 'pipeline-remote',
      },
      async (world) => {
        const handle = await start(world, {
          pipeline: { pipeline: 'remote', steps: { a: { remoteWorkflow: 'nightly' } } },
        });
        expect((await handle.result()).steps).toMatchObject({ a: { status: 'succeeded' } });
        expect(world.simulator.report().workflowRuns['wf1']).toBe(1);
      },
    ));
});

describe('startPipelineRun', () => {
  it('runs a pipeline there, and goes on from its state after that workflow continued as new', async () => {
    const workflowBundle = await bundleWorkflowCode({
      workflowsPath: fileURLToPath(new URL('./code/two-pipelines.ts', import.meta.url)),
      logger: new DefaultLogger('WARN'),
    });
    await inWorld({ jobs: [job('jobA')], worker: { workflowBundle } }, async (world) => {
      const steps = { a: { job: 'jobA' }, b: { job: 'jobA', needs: ['a'] } };
      const handle = await world.client.workflow.start('ownPipeline', {
        args: [{ pipeline: 'own', steps }],
        taskQueue: world.taskQueue,
        workflowId: `${world.taskQueue}-own`,
      });
      expect(await handle.result()).toBe('succeeded');
      expect((await stands(handle)).phase).toBe('succeeded');
      expect(world.simulator.report()).toMatchObject({ posts: 2, created: 2 });
    });
  });
});

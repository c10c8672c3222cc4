import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../support/failure-of.js';
import { say, stands, start, stepIs, untilContinued } from '../support/pipelines.js';
import type { StepSummary } from '../../contract/pipeline-run.js';
import { definePipeline, type WrittenStep } from '../../pipeline/index.js';
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

describe('expressions that say what a step runs', () => {
  const pipeline = definePipeline({
    pipeline: 'chosen',
    parameters: {
      load: { type: 'string', default: 'jobA' },
      limit: { type: 'string', default: '2h' },
      most: { type: 'number', default: 1 },
    },
    steps: {
      load: {
        ...{ job: '${{ params.load }}', profile: '${{ "default" }}' },
        ...{ runTimeout: '${{ params.limit }}', maxParallel: '${{ params.most }}' },
        forEach: ['KR', 'JP', 'US'],
      },
      after: { needs: ['load'], runIf: 'always', job: '${{ item }}', forEach: ['jobB', 'jobA'] },
    },
  });
  const jobs = ['jobA', 'jobB'].map((jobId) => ({ ...job(jobId), maxConcurrentRuns: 9 }));

  it('give job, profile, runTimeout and maxParallel when it starts', () =>
    inWorld({ jobs }, async (world) => {
      const handle = await start(world, { pipeline });
      const { steps } = await handle.result();
      expect(steps['load']).toMatchObject({ items: { total: 3, succeeded: 3 } });
      const { simulator } = world;
      expect(simulator.executions('jobB')).toHaveLength(1);
      const loads = simulator.executions('jobA').slice(0, 3);
      const starts = simulator.log().filter(({ operation }) => operation === 'executeJob');
      expect(starts.map(({ jobId }) => jobId).slice(0, 3)).toEqual(['jobA', 'jobA', 'jobA']);
      expect(loads).toHaveLength(3);
      expect(simulator.report()).toMatchObject({ created: 5, duplicates: 0 });
    }));

  it.each([
    [{ most: 0 }, 'maxParallel: its value is no integer from 1 to 500'],
    [{ limit: 'soon' }, 'must be a duration: ms, or a string such as 90s or 2h 30m; got "soon"'],
    [{ load: 'no job' }, 'jobId: must be the id of a job'],
  ])('fail the step where they give nothing fit: %j', (parameters, reason) =>
    inWorld({ jobs }, async (world) => {
      const handle = await start(world, { pipeline, parameters });
      const { details } = await failureOf(handle.result());
      expect(details.failed?.[0]).toMatchObject({ step: 'load', status: 'failed' });
      const { load } = (await stands(handle)).steps;
      expect(`${load?.reason} ${load?.failed?.[0]?.reason}`).toContain(reason);
      expect(world.simulator.report()).toMatchObject({ created: 2 });
    }),
  );
});

describe('a step that waits', () => {
  const pipeline = (wait: Extract<WrittenStep, { wait: unknown }>['wait']) => ({
    pipeline: 'waiting',
    concurrency: 1,
    parameters: { pause: { type: 'string' as const, default: '1s' } },
    steps: { pause: { wait }, a: { job: 'jobA', needs: ['pause'] }, b: { job: 'jobA' } },
  });
  const QUICK_JOB = { jobs: [{ ...job('jobA'), maxConcurrentRuns: 9 }] };

  it.each([
    ['for a duration', '1s', 1_000],
    ['for what an expression gives', '${{ params.pause }}', 1_000],
    ['until a time that has passed', { until: '2026-01-01T00:00:00+09:00' }, 0],
  ])('%s holds what needs it, and nothing else', async (_, wait, ms) =>
    inWorld({ ...QUICK_JOB, record: 'pipeline-wait' }, async (world) => {
      const handle = await start(world, { pipeline: pipeline(wait) });
      const { steps } = await handle.result();
      const times = ({ startedAt, endedAt }: StepSummary) => [
        Date.parse(startedAt!),
        Date.parse(endedAt!),
      ];
      const [began, ended] = times(steps['pause']!);
      expect(ended! - began!).toBeGreaterThanOrEqual(ms);
      expect(times(steps['a']!)[0]).toBeGreaterThanOrEqual(ended!);
      // A wait takes no place: with one at once, the job beside it starts before the wait ends.
      if (ms > 0) expect(times(steps['b']!)[0]).toBeLessThan(ended!);
    }),
  );

  it('waits for what is left after continue-as-new, is shown, and ends at once when canceled', () =>
    inWorld(QUICK_JOB, async (world) => {
      const handle = await start(world, { pipeline: pipeline('1h'), continueAfterEvents: 40 });
      await stepIs(handle, 'b', 'succeeded');
      const { carried } = await untilContinued(handle);
      expect(carried).toMatchObject([{ step: 'pause' }]);
      expect(carried[0]?.leftMs).toBeLessThan(3_600_000);
      const [shown] = (await stands(handle)).steps['pause']?.running ?? [];
      expect(shown?.note).toMatch(/^waits until \d{4}-/);
      await say(handle, 'cancelStep', { step: 'pause' });
      const { details } = await failureOf(handle.result());
      expect(details.failed).toMatchObject([{ step: 'pause', status: 'canceled' }]);
    }));

  it('fails where its expression gives no duration, and says what it gives', () =>
    inWorld(QUICK_JOB, async (world) => {
      const handle = await start(world, {
        pipeline: pipeline('${{ params.pause }}'),
        parameters: { pause: 'soon' },
      });
      const { details } = await failureOf(handle.result());
      expect(details.failed?.[0]?.reason).toContain(
        '${{ params.pause }} must be a duration: ms, or a string such as 90s or 2h 30m; got "soon"',
      );
    }));
});

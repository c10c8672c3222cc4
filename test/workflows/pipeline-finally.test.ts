import { Context } from '@temporalio/activity';
import { expect, it } from 'vitest';
import type { WrittenPipeline } from '../../pipeline/index.js';
import { failureOf } from '../support/failure-of.js';
import { stands, start, stepIs } from '../support/pipelines.js';
import { until } from '../support/until.js';
import { inWorld, type World } from '../support/world.js';

const QUICK = { waitingMs: 20, runningMs: 50 };
const jobs = [
  { jobId: 'quick', executions: [QUICK] },
  { jobId: 'failing', executions: [{ ...QUICK, outcome: 'FAILED' as const }] },
  { jobId: 'endless', executions: [{ waitingMs: 0, never: true }] },
];

/** Runs pipelines whose `finally` tells how they ended, and deletes what they made. */
const inFinally = (
  record: string,
  body: (world: World, told: unknown[]) => Promise<void>,
): Promise<void> => {
  const told: unknown[] = [];
  const activities = {
    tell: (end: unknown) => {
      told.push(end);
      return Promise.resolve({ told: told.length });
    },
    hang: () => Context.current().cancelled, // its heartbeats bring no cancel: it has none
    fail: () => Promise.reject(new Error('the table is locked')),
  };
  return inWorld({ jobs, worker: { activities }, record }, (world) => body(world, told));
};

const TELL = {
  tell: {
    activity: 'tell',
    with: { outcome: '${{ run.outcome }}', failed: '${{ run.failedSteps }}' },
  },
  clean: { needs: ['tell'], job: 'quick', runIf: 'always' },
} as const;

const pipelineOf = (steps: WrittenPipeline['steps'], more = {}): WrittenPipeline => ({
  ...{ pipeline: 'ending', steps, finally: TELL },
  ...more,
});

it('finally runs after a success, a failure, a cancel and runTimeout, and its steps are shown with the others', () =>
  inFinally('pipeline-finally', async (world, told) => {
    const run = (key: string, pipeline: WrittenPipeline) =>
      start(world, { key: `${world.taskQueue}-${key}`, pipeline });
    const good = await run('good', pipelineOf({ load: { job: 'quick' } }));
    expect((await good.result()).steps).toMatchObject({
      load: { status: 'succeeded' },
      tell: { status: 'succeeded' },
      clean: { status: 'succeeded' },
    });
    const bad = await run('bad', pipelineOf({ load: { job: 'failing' } }));
    expect((await failureOf(bad.result())).details.failed).toMatchObject([{ step: 'load' }]);
    const canceled = await run('canceled', pipelineOf({ load: { job: 'endless' } }));
    await stepIs(canceled, 'load', 'running');
    await until(() => world.simulator.executions('endless').length === 1);
    await canceled.cancel();
    await expect(canceled.result()).rejects.toThrow();
    expect((await canceled.describe()).status.name).toBe('CANCELLED');
    const late = await run('late', pipelineOf({ ok: { approval: {} } }, { runTimeout: '1s' }));
    expect((await failureOf(late.result())).type).toBe('DataFlowDeadlineExceeded');

    expect(told).toEqual([
      { outcome: 'succeeded', failed: [] },
      { outcome: 'failed', failed: ['load'] },
      { outcome: 'canceled', failed: [] },
      { outcome: 'timed-out', failed: [] },
    ]);
    expect(world.simulator.executions('quick')).toHaveLength(5);
    expect(world.simulator.report().leftRunning).toBe(0);
    for (const [handle, phase] of [
      [bad, 'failed'],
      [canceled, 'canceled'],
      [late, 'timed-out'],
    ] as const)
      expect(await stands(handle)).toMatchObject({
        ...{ phase, steps: { clean: { status: 'succeeded', kind: 'job' } } },
      });
  }));

it('a run that succeeded fails if a step of finally does, which finallyTimeout ends; the others of finally go on', () =>
  inFinally('pipeline-finally-failed', async (world, told) => {
    const handle = await start(world, {
      pipeline: pipelineOf(
        { load: { job: 'quick' } },
        {
          finallyTimeout: '2s',
          finally: {
            fail: { activity: 'fail', retry: { maximumAttempts: 1 } },
            hang: { activity: 'hang' },
            tell: { activity: 'tell', with: '${{ run.outcome }}' },
          },
        },
      ),
    });
    await until(async () => (await stands(handle)).phase === 'finishing');
    const { type, details } = await failureOf(handle.result());
    expect(type).toBe('DataFlowPipelineFailed');
    expect(details.failed).toMatchObject([{ step: 'fail', reason: expect.any(String) as unknown }]);
    expect(told).toEqual(['succeeded']);
    expect((await stands(handle)).steps).toMatchObject({
      load: { status: 'succeeded' },
      hang: { status: 'canceled' },
      tell: { status: 'succeeded' },
    });
  }));

it('finally goes on over continue-as-new: each of its items runs once', () =>
  inFinally('pipeline-finally-continues', async (world, told) => {
    const items = Array.from({ length: 40 }, (_, at) => at);
    const handle = await start(world, {
      pipeline: pipelineOf(
        { load: { job: 'failing' } },
        {
          concurrency: 2,
          finally: { tell: { activity: 'tell', with: '${{ item }}', forEach: items } },
        },
      ),
      continueAfterEvents: 30,
    });
    const latest = world.client.workflow.getHandle(handle.workflowId);
    const { runId } = await latest.describe();
    expect((await failureOf(handle.result())).details.failed).toMatchObject([{ step: 'load' }]);
    expect((await latest.describe()).runId).not.toBe(runId);
    expect(told.toSorted((one, other) => Number(one) - Number(other))).toEqual(items);
    expect((await stands(latest)).steps['tell']).toMatchObject({
      ...{ status: 'succeeded', items: { total: 40, succeeded: 40 } },
    });
  }));

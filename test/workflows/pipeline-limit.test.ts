import { describe, expect, it } from 'vitest';
import type { JobStep, PipelinePlan } from '../../contract/pipeline.js';
import { failureOf } from '../support/failure-of.js';
import { say, stands, start, stepIs, untilContinued } from '../support/pipelines.js';
import { until } from '../support/until.js';
import { inWorld } from '../support/world.js';

const ENDLESS = {
  ...{ jobId: 'endless', name: 'endless', requested: 1 },
  executions: [{ waitingMs: 3_600_000 }], // READY: its remote timeout would count from its start
};

const QUICK = { jobId: 'quick', executions: [{ waitingMs: 20, runningMs: 50 }] };

/** A plan with limits so short that no job could start: the check of a written pipeline refuses them. */
const planOf = (runTimeoutMs: number, options: JobStep['options']): PipelinePlan => ({
  ...{ version: 1, pipeline: 'late', parameters: {}, concurrency: 1, runTimeoutMs },
  ...{ onFailure: 'stop', holdForMs: 1 },
  steps: {
    a: {
      ...{ kind: 'job', needs: [], runIf: 'allSucceeded', jobId: 'endless', options },
      ...{ jobCondition: {}, parameters: {} },
    },
  },
});

describe('runTimeout of a pipeline', () => {
  it('limits what its jobs may take at the service, too; what runs at its end is stopped, also after continue-as-new', () =>
    inWorld({ jobs: [ENDLESS] }, async (world) => {
      const steps = { a: { job: 'endless' }, b: { needs: ['a'], job: 'endless' } };
      const handle = await start(world, {
        pipeline: { pipeline: 'late', runTimeout: '66s', onFailure: 'continue', steps },
        continueAfterEvents: 40,
      });
      await stepIs(handle, 'a', 'running');
      const { timeLeftMs, carried } = await untilContinued(handle);
      expect(carried[0]?.run?.timeLeftMs).toBe(timeLeftMs);
      const { type, details } = await failureOf(handle.result());
      expect({ type, details }).toMatchObject({
        type: 'DataFlowDeadlineExceeded',
        details: { failed: [] },
      });
      expect(world.simulator.executions()).toMatchObject([
        { jobCondition: { timeout: 1 }, status: 'CANCELED', canceledByApi: true },
      ]);
      expect((await stands(handle)).steps).toMatchObject({
        a: { status: 'canceled', reason: 'runTimeout of the pipeline passed' },
        b: { status: 'skipped' },
      });
    }));

  it('limits the jobs of a pipeline within it, from its start and after continue-as-new', () =>
    inWorld({ jobs: [QUICK, ENDLESS] }, async (world) => {
      const inner = {
        pipeline: 'inner',
        steps: {
          quick: { job: 'quick' },
          ok: { approval: {}, needs: ['quick'] },
          a: { job: 'endless', needs: ['ok'] },
        },
      };
      const handle = await start(world, {
        pipeline: { pipeline: 'outer', runTimeout: '2h', steps: { child: { pipeline: inner } } },
        continueAfterEvents: 40,
      });
      const child = world.client.workflow.getHandle(`${handle.workflowId}/child`);
      await stepIs(handle, 'child', 'running');
      await stepIs(child, 'ok', 'running');
      await untilContinued(handle);
      await stepIs(handle, 'child', 'running');
      await stepIs(child, 'ok', 'running');
      await say(child, 'approve', { step: 'ok', approve: true });
      await until(() => world.simulator.executions('endless').length === 1);
      expect(world.simulator.executions()).toMatchObject([
        { jobId: 'quick', jobCondition: { timeout: 119 } },
        { jobId: 'endless', jobCondition: { timeout: 119 } },
      ]);
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();
    }));

  it('leaves a job unstarted in its last minute: the pipeline ends by its own limit, not by a failed step', () =>
    inWorld({ jobs: [ENDLESS] }, async (world) => {
      const handle = await start(world, { pipeline: planOf(4_000, {}) });
      expect((await failureOf(handle.result())).type).toBe('DataFlowDeadlineExceeded');
      expect((await stands(handle)).steps['a']?.status).toBe('canceled');
      expect(world.simulator.report().posts).toBe(0);
    }));

  it('leaves a shorter limit of a step to the step, which fails by it', () =>
    inWorld({ jobs: [ENDLESS] }, async (world) => {
      const handle = await start(world, { pipeline: planOf(3_600_000, { runTimeout: '59s' }) });
      const { type, message } = await failureOf(handle.result());
      expect(type).toBe('DataFlowPipelineFailed');
      expect(message).toContain('a: DataFlowDeadlineExceeded');
    }));
});

import type { WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { PIPELINE_STATE_QUERY, RUN_PIPELINE_WORKFLOW } from '../../contract/names.js';
import type { PipelinePlan, PipelineState } from '../../contract/pipeline.js';
import { failureOf } from '../support/failure-of.js';
import { stands, start, stepIs } from '../support/pipelines.js';
import { startPipeline } from '../../worker/start-pipeline.js';
import { until } from '../support/until.js';
import { inWorld } from '../support/world.js';

const job = (
  jobId: string,
  runningMs = 50,
  outcomes: readonly ('FAILED' | 'COMPLETED')[] = ['COMPLETED'],
) => ({
  jobId,
  name: jobId,
  maxConcurrentRuns: 20,
  executions: outcomes.map((outcome) => ({ waitingMs: 20, runningMs, outcome })),
});
const aPlan = (more: Partial<PipelinePlan>): PipelinePlan => ({
  ...{ version: 1, pipeline: 'late', parameters: {}, concurrency: 4 },
  ...{ onFailure: 'stop', holdForMs: 1_000 },
  steps: {
    a: {
      ...{ kind: 'job', needs: [], runIf: 'allSucceeded', jobId: 'endless' },
      ...{ options: {}, jobCondition: {}, parameters: {} },
    },
  },
  ...more,
});
const SLOW = job('slow', 1_000);
const ENDLESS = job('endless', 600_000);
const BAD = job('bad', 50, ['FAILED']);
const GOOD = job('good');

describe('a step that fails', () => {
  it('starts nothing new by default, lets end what runs, and names step and execution', () =>
    inWorld({ jobs: [SLOW, BAD, GOOD], record: 'pipeline-failed' }, async (world) => {
      const handle = await start(world, {
        pipeline: {
          pipeline: 'stops',
          steps: {
            slow: { job: 'slow' },
            bad: { job: 'bad' },
            after: { job: 'good', needs: ['slow'] },
            clean: { job: 'good', needs: ['bad'], runIf: 'anyFailed' },
          },
        },
      });
      const { type, details, message } = await failureOf(handle.result());
      expect(type).toBe('DataFlowPipelineFailed');
      const [{ executionId } = { executionId: '' }] = world.simulator.executions('bad');
      expect(details).toMatchObject({
        pipeline: 'stops',
        failed: [{ step: 'bad', status: 'failed', executionIds: [executionId] }],
      });
      expect(message).toContain('bad: DataFlowExecutionFailed');
      expect((await stands(handle)).steps).toMatchObject({
        slow: { status: 'succeeded' },
        after: { status: 'skipped' },
        clean: { status: 'succeeded' },
      });
    }));

  it('stops its own branch alone under onFailure: continue', () =>
    inWorld({ jobs: [SLOW, BAD, GOOD] }, async (world) => {
      const handle = await start(world, {
        pipeline: {
          pipeline: 'continues',
          onFailure: 'continue',
          steps: {
            slow: { job: 'slow' },
            bad: { job: 'bad' },
            after: { job: 'good', needs: ['slow'] },
            below: { job: 'good', needs: ['bad'] },
          },
        },
      });
      await failureOf(handle.result());
      expect((await stands(handle)).steps).toMatchObject({
        after: { status: 'succeeded' },
        below: { status: 'skipped' },
      });
    }));

  it('is one whose expression has no value: the workflow goes on', () =>
    inWorld({ jobs: [GOOD] }, async (world) => {
      const handle = await start(world, {
        pipeline: {
          pipeline: 'unsaid',
          parameters: { list: { type: 'list', default: [] } },
          steps: {
            text: { job: 'good', parameters: { first: '${{ params.list[0] }}' } },
            cond: { job: 'good', when: '${{ params.list[3] == "a" }}' },
          },
        },
      });
      const { details } = await failureOf(handle.result());
      expect(details.failed?.[0]?.reason).toContain('params.list[0]');
      expect(world.simulator.report().posts).toBe(0);
    }));

  it('can be gone on from in a new run of the same key: what succeeded stays done', () =>
    inWorld({ jobs: [GOOD, job('flaky', 50, ['FAILED', 'COMPLETED'])] }, async (world) => {
      const input = {
        pipeline: {
          pipeline: 'again',
          steps: { a: { job: 'good' }, b: { job: 'flaky', needs: ['a'] } },
        },
      } as const;
      const first = await start(world, input);
      await failureOf(first.result());
      const [stood] = Object.values(
        await first.query<Record<string, { state: PipelineState }>>(PIPELINE_STATE_QUERY),
      );
      const second = await start(world, { ...input, rerun: { state: stood!.state } });
      expect((await second.result()).outcome).toBe('succeeded');
      expect(second.workflowId).toBe(first.workflowId);
      expect(world.simulator.executions('good')).toHaveLength(1);
      expect(world.simulator.executions('flaky')).toHaveLength(2);
    }));
});

describe('the end of the whole run', () => {
  it('cancel stops every execution, and the service shows it', () =>
    inWorld({ jobs: [ENDLESS], record: 'pipeline-cancelled' }, async (world) => {
      const handle = await start(world, {
        pipeline: {
          pipeline: 'cancelled',
          steps: {
            a: { job: 'endless', forEach: ['1', '2', '3'] },
            b: { job: 'endless' },
            ok: { approval: {} },
            last: { job: 'endless', needs: ['a'], runIf: 'always' },
          },
        },
      });
      await until(() => world.simulator.executions().length === 4);
      await handle.cancel();
      const error: unknown = await handle.result().catch((thrown: unknown) => thrown);
      expect((error as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
      expect(world.simulator.report()).toMatchObject({ posts: 4, leftRunning: 0, cancels: 4 });
      expect((await stands(handle)).phase).toBe('canceled');
    }));
});

describe('what cannot be run', () => {
  it('is refused before anything starts, with all problems at once', () =>
    inWorld({ jobs: [GOOD, { ...GOOD, jobId: 'good2' }] }, async (world) => {
      const ending = async (pipeline: object, parameters = {}) => {
        const handle = await world.client.workflow.start(RUN_PIPELINE_WORKFLOW, {
          args: [{ pipeline, parameters }],
          taskQueue: world.taskQueue,
          workflowId: `${world.taskQueue}-${JSON.stringify(pipeline).length}`,
        });
        return await failureOf(handle.result());
      };
      const unknown = await ending({
        pipeline: 'p',
        parameters: { date: { type: 'string' } },
        steps: { a: { job: 'good3' }, b: { job: 'good2' }, c: { job: 'gone' } },
      });
      expect(unknown.type).toBe('DataFlowInvalidInput');
      expect(unknown.message).toContain('there is no job good3');
      expect(unknown.message).toContain('there is no job gone');
      expect(unknown.message).toContain('date: must have a value of type');
      const wrong = await ending({ pipeline: 'p', steps: { a: { jb: 'good', needs: ['x'] } } });
      expect(wrong.message).toContain('steps.a');
      const a = { ...aPlan({}).steps['a']!, needs: ['b', 'gone'] };
      const loop = await ending(aPlan({ steps: { a, b: { ...a, needs: ['a'] } } }), { x: 1 });
      expect(loop.type).toBe('DataFlowInvalidInput');
      for (const problem of [
        'parameters.x: unknown parameter',
        'steps.a.needs: there is no step gone',
        'steps.a.needs: cycle: a → b → a',
      ])
        expect(loop.message).toContain(problem);
      expect(world.simulator.report().posts).toBe(0);
    }));
});

describe('startPipeline', () => {
  it('starts no second run for a key, neither while the first runs nor after its end', () =>
    inWorld({ jobs: [GOOD] }, async (world) => {
      const input = {
        pipeline: { pipeline: 'keyed', steps: { ok: { approval: { timeout: '2s' } } } },
      } as const;
      const first = await start(world, input);
      await stepIs(first, 'ok', 'running');
      const { runId } = await first.describe(); // the newest run of that id, here and below
      const ask = (more = {}) => {
        const { client, taskQueue } = world;
        return startPipeline(client, { ...input, taskQueue, key: taskQueue, ...more });
      };
      const second = await ask();
      expect(second).toMatchObject({
        started: false,
        existing: { status: 'RUNNING', sameInput: true, taskQueue: world.taskQueue },
      });
      expect((await second.handle.describe()).runId).toBe(runId);
      expect(await ask({ profile: 'other' })).toMatchObject({ existing: { sameInput: false } });
      await failureOf(first.result());
      const third = await ask();
      expect(third).toMatchObject({
        started: false,
        existing: { status: 'FAILED', endedAt: expect.any(Date) as Date },
      });
      expect((await third.handle.describe()).runId).toBe(runId);
    }));
});

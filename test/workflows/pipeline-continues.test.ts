import { WithStartWorkflowOperation, WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { PIPELINE_MEMO, PIPELINE_UPDATES, RUN_PIPELINE_WORKFLOW } from '../../contract/names.js';
import { childWorkflowId } from '../../contract/pipeline-ids.js';
import { say, stands, start, stepIs, untilContinued } from '../support/pipelines.js';
import { until } from '../support/until.js';
import { inWorld } from '../support/world.js';

const job = (
  jobId: string,
  runningMs = 2_000,
  outcomes: readonly ('FAILED' | 'COMPLETED')[] = [],
) => ({
  jobId,
  name: jobId,
  maxConcurrentRuns: 20,
  executions: (outcomes.length > 0 ? outcomes : (['COMPLETED'] as const)).map((outcome) => ({
    waitingMs: 20,
    runningMs,
    outcome,
  })),
});
const SOON = 40;

/** Sends a message until a run takes it: one that is being handed over does not. */
const takes = (...message: Parameters<typeof say>): Promise<void> =>
  until(() =>
    say(...message).then(
      () => true,
      () => false,
    ),
  );

describe('a pipeline that continues as new', () => {
  it('loses and repeats nothing in the middle of running steps', () =>
    inWorld({ jobs: [job('jobA', 1_500), job('jobB')] }, async (world) => {
      const handle = await start(world, {
        pipeline: {
          pipeline: 'running',
          steps: {
            a: { job: 'jobA', forEach: ['1', '2', '3', '4', '5', '6'], maxParallel: 3 },
            b: { job: 'jobB' },
            c: { job: 'jobB', needs: ['a', 'b'] },
          },
        },
        continueAfterEvents: 60,
      });
      const first = (await handle.describe()).runId;
      const { steps } = await handle.result();
      expect(steps).toMatchObject({
        a: { items: { total: 6, succeeded: 6 } },
        b: { status: 'succeeded' },
        c: { status: 'succeeded' },
      });
      expect(world.simulator.report()).toMatchObject({ posts: 8, created: 8, leftRunning: 0 });
      expect((await handle.describe()).runId).not.toBe(first);
    }));

  it('awaits an execution again by its id, with what is left of runTimeout', () =>
    inWorld({ jobs: [job('jobA', 12_000)] }, async (world) => {
      const handle = await start(world, {
        pipeline: { pipeline: 'awaited', runTimeout: '1h', steps: { a: { job: 'jobA' } } },
        continueAfterEvents: SOON,
      });
      await stepIs(handle, 'a', 'running');
      const resumeFrom = await untilContinued(handle);
      expect(resumeFrom.timeLeftMs).toBeLessThan(3_600_000);
      expect(resumeFrom.key).toBe(world.taskQueue); // the key of the caller (P4)
      expect((await handle.describe()).memo).toMatchObject({
        [PIPELINE_MEMO]: { pipeline: 'awaited', key: world.taskQueue },
      });
      expect((await handle.result()).key).toBe(world.taskQueue);
      expect(world.simulator.report()).toMatchObject({ posts: 1, created: 1, cancels: 0 });
    }));

  it('runs a nested pipeline once that ends while its parent is about to continue', () => {
    const RUNS = 6;
    const inner = {
      pipeline: 'inner',
      steps: { ok: { approval: {} }, a: { job: 'jobA', needs: ['ok'] } },
    };
    const steps = { child: { pipeline: inner }, ok: { approval: {} } };
    return inWorld({ jobs: [job('jobA', 10)] }, async (world) => {
      const { client, simulator, taskQueue } = world;
      const runOne = async (index: number): Promise<void> => {
        const handle = await start(world, {
          pipeline: { pipeline: 'outer', steps },
          key: `${taskQueue}-${index}`,
          continueAfterEvents: 20 + index,
        });
        const child = client.workflow.getHandle(
          childWorkflowId(handle.workflowId, 'child', undefined),
        );
        await stepIs(handle, 'child', 'running');
        await takes(child, 'approve', { step: 'ok', approve: true });
        // Messages without effect make the history of the outer one long.
        const ended = async (): Promise<boolean> => {
          await takes(handle, 'resume');
          return (await stands(handle)).steps['child']?.status !== 'running';
        };
        await until(ended);
        await takes(handle, 'approve', { step: 'ok', approve: true });
        expect((await handle.result()).steps['child']?.status).toBe('succeeded');
      };
      await Promise.all(Array.from({ length: RUNS }, (_, index) => runOne(index)));
      expect(simulator.report()).toMatchObject({ posts: RUNS, created: RUNS, duplicates: 0 });
    });
  });

  it('stays paused, and goes on when resumed', () =>
    inWorld({ jobs: [job('jobA', 100)] }, async (world) => {
      const handle = await start(world, {
        pipeline: {
          pipeline: 'paused',
          steps: { ok: { approval: {} }, a: { job: 'jobA', needs: ['ok'] } },
        },
        continueAfterEvents: SOON,
      });
      await stepIs(handle, 'ok', 'running');
      await say(handle, 'pause');
      await untilContinued(handle);
      await say(handle, 'approve', { step: 'ok', approve: true });
      expect(await stands(handle)).toMatchObject({
        phase: 'paused',
        steps: { ok: { status: 'succeeded' }, a: { status: 'pending' } },
      });
      await say(handle, 'resume');
      expect(await handle.result()).toMatchObject({ outcome: 'succeeded' });
      expect(world.simulator.report()).toMatchObject({ posts: 1 });
    }));

  it('checks a message that came meanwhile before it accepts it', () =>
    inWorld({ jobs: [] }, async (world) => {
      const pipeline = { pipeline: 'meanwhile', steps: { ok: { approval: {} } } };
      const handle = await start(world, { pipeline, continueAfterEvents: SOON });
      await stepIs(handle, 'ok', 'running');
      const resumeFrom = await untilContinued(handle);
      await handle.cancel();
      const startWorkflowOperation = new WithStartWorkflowOperation(RUN_PIPELINE_WORKFLOW, {
        args: [{ pipeline, resumeFrom }],
        workflowId: `${handle.workflowId}-again`,
        taskQueue: world.taskQueue,
        workflowIdConflictPolicy: 'FAIL',
      });
      const { client } = world;
      const said = client.workflow.executeUpdateWithStart(PIPELINE_UPDATES.retryStep, {
        args: [{ step: 'ok' }],
        startWorkflowOperation,
      });
      await expect(said).rejects.toMatchObject({
        cause: { message: expect.stringContaining('ok') as unknown },
      });
      const again = await startWorkflowOperation.workflowHandle();
      const { events } = await again.fetchHistory();
      expect(
        events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes),
      ).toEqual([]);
      await again.cancel();
    }));

  it('stays held open for what is left of holdFor, and can be repaired', () =>
    inWorld({ jobs: [job('jobA', 50, ['FAILED', 'COMPLETED'])] }, async (world) => {
      const handle = await start(world, {
        pipeline: { pipeline: 'held', onFailure: 'hold', steps: { a: { job: 'jobA' } } },
        continueAfterEvents: SOON,
      });
      await stepIs(handle, 'a', 'failed');
      const resumeFrom = await untilContinued(handle);
      expect(resumeFrom.holdLeftMs).toBeLessThan(7 * 86_400_000);
      expect((await stands(handle)).phase).toBe('held');
      await say(handle, 'retryStep', { step: 'a' });
      expect(await handle.result()).toMatchObject({ steps: { a: { status: 'succeeded' } } });
      expect(world.simulator.report()).toMatchObject({ posts: 2 });
    }));

  it('waits for a decision for what is left of its time, and no longer', () =>
    inWorld({ jobs: [] }, async (world) => {
      const handle = await start(world, {
        pipeline: {
          pipeline: 'approved',
          steps: { ok: { approval: { timeout: '1h' } }, late: { approval: { timeout: '6s' } } },
          onFailure: 'continue',
        },
        continueAfterEvents: SOON,
      });
      await stepIs(handle, 'ok', 'running');
      const resumeFrom = await untilContinued(handle);
      const [ok, late] = resumeFrom.carried;
      expect(ok?.leftMs).toBeLessThan(3_600_000);
      expect(late?.leftMs).toBeLessThan(6_000);
      await stepIs(handle, 'late', 'failed');
      expect((await stands(handle)).steps['late']?.reason).toBe('nobody decided within 6s');
      await say(handle, 'approve', { step: 'ok', approve: true });
      await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
    }));

  it('takes a pipeline within it along, with the execution that runs there', () =>
    inWorld({ jobs: [job('jobA', 12_000)] }, async (world) => {
      const inner = { pipeline: 'inner', steps: { a: { job: 'jobA' } } };
      const handle = await start(world, {
        pipeline: { pipeline: 'outer', steps: { child: { pipeline: inner } } },
        continueAfterEvents: SOON,
      });
      const child = world.client.workflow.getHandle(`${handle.workflowId}/child`);
      await stepIs(handle, 'child', 'running');
      await stepIs(child, 'a', 'running');
      const resumeFrom = await untilContinued(handle);
      expect(resumeFrom.carried[0]?.child?.carried[0]?.run?.started).toBeDefined();
      expect(await handle.result()).toMatchObject({ steps: { child: { status: 'succeeded' } } });
      expect(world.simulator.report()).toMatchObject({ posts: 1, created: 1, cancels: 0 });
    }));

  it('stops what runs, also in a pipeline within it, when it is cancelled afterwards', () =>
    inWorld({ jobs: [job('jobA', 60_000), job('jobB', 60_000)] }, async (world) => {
      const inner = { pipeline: 'inner', steps: { a: { job: 'jobA' } } };
      const handle = await start(world, {
        pipeline: {
          pipeline: 'stopped',
          steps: { child: { pipeline: inner }, b: { job: 'jobB' } },
        },
        continueAfterEvents: SOON,
      });
      const child = world.client.workflow.getHandle(`${handle.workflowId}/child`);
      await stepIs(handle, 'child', 'running');
      await stepIs(child, 'a', 'running');
      await untilContinued(handle);
      await handle.cancel();
      const error: unknown = await handle.result().catch((thrown: unknown) => thrown);
      expect((error as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
      expect(world.simulator.report()).toMatchObject({ posts: 2, leftRunning: 0 });
      expect((await stands(handle)).phase).toBe('canceled');
    }));

  it('does so for the bytes of its history, too: it is never ended by the server for them', () => {
    const items = 40;
    const load = () => Promise.resolve('x'.repeat(400_000));
    return inWorld({ worker: { activities: { load } } }, async ({ client, taskQueue }) => {
      // Not noted: its history is larger than a client takes in one answer.
      const note = () => undefined;
      const handle = await start(
        { client, taskQueue, note },
        {
          pipeline: {
            pipeline: 'bytes',
            steps: { all: { activity: 'load', forEach: Array(items).fill('x'), maxParallel: 2 } },
          },
          continueAfterEvents: 10_000,
        },
      );
      const { runId } = await handle.describe();
      const { steps } = await handle.result();
      expect(steps).toMatchObject({ all: { items: { total: items, succeeded: items } } });
      const description = await client.workflow.getHandle(handle.workflowId, runId).describe();
      expect(description.status.name).toBe('CONTINUED_AS_NEW');
      expect(description.historyLength).toBeLessThan(1_000);
      expect(description.historySize).toBeGreaterThan(4_000_000);
      expect(description.historySize).toBeLessThan(12_000_000);
    });
  });
});

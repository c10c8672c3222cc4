import { WithStartWorkflowOperation, WorkflowUpdateFailedError } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { PIPELINE_UPDATES, RUN_PIPELINE_WORKFLOW } from '../../contract/names.js';
import { failureOf } from '../support/failure-of.js';
import { say, stands, start, stepIs } from '../support/pipelines.js';
import { until } from '../support/until.js';
import { inWorld } from '../support/world.js';

const job = (jobId: string, runningMs: number, outcomes: readonly ('FAILED' | 'COMPLETED')[]) => ({
  jobId,
  name: jobId,
  maxConcurrentRuns: 20,
  executions: outcomes.map((outcome) => ({ waitingMs: 20, runningMs, outcome })),
});

/** Why a message was refused. */
async function refusal(said: Promise<unknown>): Promise<string | undefined> {
  const error: unknown = await said.catch((thrown: unknown) => thrown);
  return error instanceof WorkflowUpdateFailedError ? error.cause?.message : undefined;
}

describe('messages to a running pipeline', () => {
  it('that come with its start wait until it has been read', () =>
    inWorld({ jobs: [job('jobA', 20, ['COMPLETED'])] }, async (world) => {
      const pipeline = { pipeline: 'at-once', steps: { a: { job: 'jobA' } } };
      const startOperation = new WithStartWorkflowOperation(RUN_PIPELINE_WORKFLOW, {
        args: [{ pipeline }],
        workflowId: `${world.taskQueue}-at-once`,
        taskQueue: world.taskQueue,
        workflowIdConflictPolicy: 'FAIL',
      });
      await world.client.workflow.executeUpdateWithStart(PIPELINE_UPDATES.pause, {
        startWorkflowOperation: startOperation,
      });
      const handle = await startOperation.workflowHandle();
      world.note(handle);
      expect(await stands(handle)).toMatchObject({
        phase: 'paused',
        steps: { a: { status: 'pending' } },
      });
      await say(handle, 'resume');
      await handle.result();
      expect(world.simulator.report().posts).toBe(1);
    }));

  it('pause and resume: nothing new starts in between, what runs goes on', () =>
    inWorld(
      { jobs: [job('jobA', 600, ['COMPLETED'])], record: 'pipeline-pause' },
      async (world) => {
        const handle = await start(world, {
          pipeline: {
            pipeline: 'paused',
            steps: { a: { job: 'jobA' }, b: { job: 'jobA', needs: ['a'] } },
          },
        });
        await stepIs(handle, 'a', 'running');
        await say(handle, 'pause');
        await stepIs(handle, 'a', 'succeeded');
        expect(await stands(handle)).toMatchObject({
          phase: 'paused',
          steps: { b: { status: 'pending' } },
        });
        await say(handle, 'resume');
        await handle.result();
        expect(world.simulator.report().posts).toBe(2);
      },
    ));

  it('dataflowCancelStep stops the executions of a step, and the service shows it', () =>
    inWorld(
      { jobs: [job('jobA', 60_000, ['COMPLETED'])], record: 'pipeline-cancel-step' },
      async (world) => {
        const handle = await start(world, {
          pipeline: {
            pipeline: 'cut',
            concurrency: 2,
            steps: { a: { job: 'jobA', forEach: ['1', '2', '3'] } },
          },
        });
        await stepIs(handle, 'a', 'running');
        await until(() => world.simulator.executions().length === 2);
        await say(handle, 'cancelStep', { step: 'a' });
        const { type, details } = await failureOf(handle.result());
        expect(type).toBe('DataFlowPipelineFailed');
        expect(details.failed).toMatchObject([{ step: 'a', status: 'canceled' }]);
        expect(world.simulator.report()).toMatchObject({ leftRunning: 0 });
        expect(world.simulator.report().posts).toBe(2);
      },
    ));

  it('dataflowRetryStep repairs a run that is held open, and what was skipped because of the failure runs', () =>
    inWorld(
      { jobs: [job('jobA', 20, ['FAILED', 'COMPLETED'])], record: 'pipeline-retry' },
      async (world) => {
        const handle = await start(world, {
          pipeline: {
            pipeline: 'repaired',
            onFailure: 'hold',
            holdFor: '1h',
            steps: { a: { job: 'jobA' }, b: { job: 'jobA', needs: ['a'] } },
          },
        });
        await stepIs(handle, 'b', 'skipped');
        expect((await stands(handle)).phase).toBe('held');
        await say(handle, 'retryStep', { step: 'a' });
        expect((await handle.result()).steps).toMatchObject({
          a: { status: 'succeeded' },
          b: { status: 'succeeded' },
        });
        expect(world.simulator.report().posts).toBe(3);
      },
    ));

  it('dataflowSkipStep takes a failure as a skip: the run succeeds with what does not need it', () =>
    inWorld({ jobs: [job('jobA', 20, ['FAILED'])], record: 'pipeline-skip' }, async (world) => {
      const handle = await start(world, {
        pipeline: { pipeline: 'skipped', onFailure: 'hold', steps: { a: { job: 'jobA' } } },
      });
      await stepIs(handle, 'a', 'failed');
      await say(handle, 'skipStep', { step: 'a', reason: 'no data today' });
      expect((await handle.result()).steps).toEqual({
        a: expect.objectContaining({ status: 'skipped', reason: 'no data today' }) as unknown,
      });
    }));

  it('dataflowApprove may reject: the approval fails with who and why', () =>
    inWorld({ jobs: [], record: 'pipeline-approve' }, async (world) => {
      const handle = await start(world, {
        pipeline: {
          pipeline: 'decided',
          parameters: { who: { type: 'string', default: 'ops' } },
          steps: { ok: { approval: { message: 'for ${{ params.who }}', timeout: '1h' } } },
        },
      });
      await stepIs(handle, 'ok', 'running');
      expect((await stands(handle)).steps['ok']?.running?.[0]?.note).toBe(
        'waits for an approval: for ops',
      );
      await say(handle, 'approve', { step: 'ok', approve: false, by: 'kim', comment: 'too early' });
      const { message } = await failureOf(handle.result());
      expect(message).toContain('ok: rejected by kim: too early');
    }));

  it('a message that cannot be obeyed is refused with what is possible instead, before it is accepted', () =>
    inWorld({ jobs: [] }, async (world) => {
      const handle = await start(world, {
        pipeline: {
          pipeline: 'strict',
          steps: { ok: { approval: {} }, next: { approval: {}, needs: ['ok'] } },
        },
      });
      await stepIs(handle, 'ok', 'running');
      const refused = (what: Parameters<typeof say>[1], input: Record<string, unknown>) =>
        refusal(say(handle, what, input));
      expect(await refused('retryStep', { step: 'okk' })).toContain('Did you mean ok?');
      expect(await refused('retryStep', { step: 'next' })).toContain('has not failed');
      expect(await refused('cancelStep', { step: 'next' })).toContain('skip it instead');
      expect(await refused('skipStep', { step: 'ok' })).toContain('decide or cancel it first');
      expect(await refused('approve', { step: 'next', approve: true })).toContain('not waiting');
      expect(await refused('approve', { step: 'ok' })).toBe('approve: must be true or false');
      expect(await refused('approve', { step: 'ok', approve: true, item: -1 })).toBe(
        'item: must be an integer of at least 0; got -1',
      );
      expect(await refused('pause', { why: 1 })).toContain('why: unknown property');
      const updates = (await handle.fetchHistory()).events?.filter(
        (event) => event.workflowExecutionUpdateAcceptedEventAttributes,
      );
      expect(updates).toEqual([]);
      await say(handle, 'approve', { step: 'ok', approve: true });
      await stepIs(handle, 'next', 'running');
      await say(handle, 'approve', { step: 'next', approve: true });
      await handle.result();
    }));
});

import { WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../support/failure-of.js';
import { until } from '../support/until.js';
import { inWorld } from '../support/world.js';

const QUICK_RUN = { waitingMs: 100, runningMs: 300 };
/** Events of the workflow itself: started, workflow tasks, completed. */
const OWN_EVENTS = 5;

describe('dataflowRunJob', () => {
  it('starts the job once, waits for its end and reports the execution', () =>
    inWorld(
      {
        jobs: [{ jobId: 'jobA', name: 'sales', executions: [QUICK_RUN], requested: 1 }],
        record: 'completed',
      },
      async (world) => {
        const result = await world.run({ jobId: 'jobA' });
        expect(result).toMatchObject({
          submissionOutcome: 'submitted',
          exactMatch: true,
          posts: 1,
          attempts: 1,
          duplicates: [],
          previousAttempts: [],
        });
        expect(result.execution).toMatchObject({
          jobId: 'jobA',
          jobName: 'sales',
          status: 'COMPLETED',
        });
        expect(world.simulator.report()).toMatchObject({
          posts: 1,
          created: 1,
          duplicates: 0,
          leftRunning: 0,
        });
      },
    ));

  it('merges what the caller overrides into the stored run settings and sends the whole', () =>
    inWorld(
      {
        jobs: [
          {
            jobId: 'jobA',
            type: 'SCRIPT',
            jobCondition: {
              numWorker: 2,
              timeout: 60,
              logPath: 'bucket/logs/',
              parameters: { date: 'x', region: 'KR' },
            },
            executions: [QUICK_RUN],
          },
        ],
      },
      async (world) => {
        await world.run({
          jobId: 'jobA',
          jobCondition: { numWorker: 4, parameters: { date: '2026-11-22' } },
          runTimeout: '30m',
        });
        const sent = world.simulator
          .log()
          .find(({ operation }) => operation === 'executeJob')?.body;
        expect(sent).toEqual({
          jobCondition: {
            numWorker: 4,
            timeout: 29,
            logPath: 'bucket/logs/',
            parameters: { date: '2026-11-22', region: 'KR' },
          },
        });
      },
    ));

  it('adopts the execution after a look when the answer of the start is lost: one execution', () =>
    inWorld(
      {
        jobs: [{ jobId: 'jobA', executions: [{ waitingMs: 100, runningMs: 2_000 }], requested: 1 }],
        faults: [{ on: 'executeJob', times: 1, then: { drop: 'after' } }],
        record: 'lost-answer',
      },
      async (world) => {
        const handle = await world.start({ jobId: 'jobA' });
        const result = await handle.result();
        expect(result).toMatchObject({ submissionOutcome: 'adopted', exactMatch: false, posts: 1 });
        expect(world.simulator.report()).toMatchObject({
          posts: 1,
          created: 1,
          duplicates: 0,
          leftRunning: 0,
        });
        expect(await world.progress(handle)).toMatchObject({
          phase: 'ended',
          outcomeUnknown: false,
          outcome: 'COMPLETED',
        });
      },
    ));

  it('posts again after a look that found nothing, when the start was lost on its way', () =>
    inWorld(
      {
        jobs: [{ jobId: 'jobA', executions: [QUICK_RUN], requested: 1 }],
        faults: [{ on: 'executeJob', times: 1, then: { drop: 'before' } }],
        record: 'lost-start',
      },
      async (world) => {
        expect(await world.run({ jobId: 'jobA' })).toMatchObject({
          submissionOutcome: 'submitted',
          posts: 2,
        });
        expect(world.simulator.report()).toMatchObject({ created: 1, duplicates: 0 });
      },
    ));

  it('fails as DataFlowExecutionFailed with the execution id when the execution ends FAILED', () =>
    inWorld(
      {
        jobs: [{ jobId: 'jobA', executions: [{ ...QUICK_RUN, outcome: 'FAILED' }], requested: 1 }],
        record: 'failed',
      },
      async (world) => {
        const request = { jobId: 'jobA', jobCondition: { logPath: 'logs/nightly/' } };
        const failure = await failureOf(world.run(request));
        const [execution] = world.simulator.executions();
        expect(failure).toMatchObject({ type: 'DataFlowExecutionFailed', nonRetryable: true });
        expect(failure.details).toMatchObject({
          jobId: 'jobA',
          executionId: execution?.executionId,
          logPath: 'logs/nightly/',
        });
        expect(failure.message).toContain(execution?.executionId);
      },
    ));

  it('fails as DataFlowExecutionCanceled when somebody else cancels the execution', () =>
    inWorld(
      { jobs: [{ jobId: 'jobA', executions: [{ ...QUICK_RUN, outcome: 'CANCELED' }] }] },
      async (world) => {
        const failure = await failureOf(world.run({ jobId: 'jobA' }));
        expect(failure).toMatchObject({ type: 'DataFlowExecutionCanceled', nonRetryable: true });
      },
    ));

  it('makes a new submission for each attempt of retry, and names the executions that failed', () =>
    inWorld(
      {
        jobs: [
          {
            jobId: 'jobA',
            executions: [{ ...QUICK_RUN, outcome: 'FAILED' }, QUICK_RUN],
            requested: 2,
          },
        ],
        record: 'retried',
      },
      async (world) => {
        const result = await world.run({
          jobId: 'jobA',
          retry: { maximumAttempts: 3, initialInterval: 100 },
        });
        const [first, second] = world.simulator.executions();
        expect(result).toMatchObject({
          attempts: 2,
          posts: 1,
          execution: { jobExecutionId: second?.executionId },
          previousAttempts: [{ executionId: first?.executionId, status: 'FAILED' }],
        });
      },
    ));

  it('fails as DataFlowBadState at once, without a second POST, when the job is busy', () =>
    inWorld(
      { jobs: [{ jobId: 'jobA', executions: [QUICK_RUN] }], record: 'bad-state' },
      async (world) => {
        world.simulator.startForeignExecution('jobA', {});
        const failure = await failureOf(world.run({ jobId: 'jobA' }));
        expect(failure).toMatchObject({
          type: 'DataFlowBadState',
          nonRetryable: true,
          details: { code: 'bad-state', status: 400 },
        });
        expect(world.simulator.report().posts).toBe(1);
      },
    ));

  it('stops the execution when the workflow is cancelled, and says so after the close', () =>
    inWorld(
      {
        jobs: [{ jobId: 'jobA', executions: [{ never: true }], requested: 1 }],
        record: 'cancelled',
      },
      async (world) => {
        const handle = await world.start({ jobId: 'jobA' });
        await until(() => world.simulator.executions().some(({ status }) => status === 'RUNNING'));
        await handle.cancel();
        await expect(handle.result()).rejects.toSatisfy(
          (error) =>
            error instanceof WorkflowFailedError && error.cause instanceof CancelledFailure,
        );
        expect(world.simulator.executions()).toMatchObject([
          { status: 'CANCELED', canceledByApi: true },
        ]);
        const [execution] = world.simulator.executions();
        const told = {
          outcome: 'canceled',
          endedBy: 'workflow',
          status: 'CANCELED',
          executionId: execution?.executionId,
        };
        const progress = await world.progress(handle);
        expect(progress).toMatchObject(told);
        expect((await handle.describe()).memo).toMatchObject({
          dataflowFailedRuns: { [progress.submission]: told },
        });
      },
    ));

  it('leaves the execution running when the workflow is cancelled and onCancel is abandon', () =>
    inWorld({ jobs: [{ jobId: 'jobA', executions: [{ never: true }] }] }, async (world) => {
      const handle = await world.start({ jobId: 'jobA', onCancel: 'abandon' });
      await until(() => world.simulator.executions().length === 1);
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow();
      expect(world.simulator.report()).toMatchObject({ leftRunning: 1, cancels: 0 });
      expect((await world.progress(handle)).note).toContain('left running');
    }));

  it('reads the status a last time, stops the execution and fails as DataFlowDeadlineExceeded when runTimeout is over', () =>
    inWorld(
      {
        jobs: [{ jobId: 'jobA', executions: [{ waitingMs: 3_600_000 }], requested: 1 }],
        record: 'deadline',
      },
      async (world) => {
        const failure = await failureOf(world.run({ jobId: 'jobA', runTimeout: '63s' }));
        expect(failure).toMatchObject({ type: 'DataFlowDeadlineExceeded', nonRetryable: true });
        expect(world.simulator.executions()).toMatchObject([
          { status: 'CANCELED', canceledByApi: true },
        ]);
        const calls = world.simulator.log().map(({ operation }) => operation);
        expect(calls[calls.indexOf('cancelJobExecution') - 1]).toBe('getJobExecutionById');
        const [execution] = world.simulator.executions();
        expect(failure.details.executionId).toBe(execution?.executionId);
      },
    ));

  it('posts nothing when less than a minute of runTimeout is left', () =>
    inWorld({ jobs: [{ jobId: 'jobA', executions: [QUICK_RUN] }] }, async (world) => {
      const failure = await failureOf(world.run({ jobId: 'jobA', runTimeout: '59s' }));
      expect(failure).toMatchObject({ type: 'DataFlowDeadlineExceeded' });
      expect(world.simulator.report().posts).toBe(0);
    }));

  it('refuses a bad request before any call, with every problem and its place', () =>
    inWorld({ jobs: [] }, async (world) => {
      const request = {
        jobId: '../x',
        runTimeout: '10',
        jobCondition: { numWorker: 11 },
        onBusy: 'queue',
      } as never;
      const failure = await failureOf(world.run(request));
      expect(failure.type).toBe('DataFlowInvalidInput');
      for (const place of ['jobId', 'runTimeout', 'jobCondition.numWorker', 'onBusy']) {
        expect(failure.message).toContain(`${place}: `);
      }
      expect(world.simulator.log()).toHaveLength(0);
    }));

  it('names the profiles that there are when a request names another', () =>
    inWorld({ jobs: [] }, async (world) => {
      const failure = await failureOf(world.run({ jobId: 'jobA', profile: 'payroll' }));
      expect(failure).toMatchObject({ type: 'DataFlowUnknownProfile', nonRetryable: true });
      expect(failure.message).toContain('known: default');
    }));

  it('fails as DataFlowNotFound when there is no such job', () =>
    inWorld({ jobs: [] }, async (world) => {
      const failure = await failureOf(world.run({ jobId: 'nowhere' }));
      expect(failure).toMatchObject({ type: 'DataFlowNotFound', nonRetryable: true });
    }));

  it('writes at most 40 events per submission, however long it waits, beyond its own 5', () =>
    inWorld(
      {
        jobs: [
          {
            jobId: 'jobA',
            executions: [{ ...QUICK_RUN, runningMs: 4_000, outcome: 'FAILED' }, QUICK_RUN],
          },
        ],
      },
      async (world) => {
        const handle = await world.start({
          jobId: 'jobA',
          retry: { maximumAttempts: 2, initialInterval: 100 },
        });
        await handle.result();
        expect(await world.eventCount(handle)).toBeLessThanOrEqual(OWN_EVENTS + 2 * 40);
      },
    ));
});

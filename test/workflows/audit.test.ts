import { randomUUID } from 'node:crypto';
import { Client, type WorkflowHandle } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { describe, expect, inject, it } from 'vitest';
import { createDataFlowActivities } from '../../activities/index.js';
import { AsyncWaits } from '../../activities/worker-waits.js';
import type { AuditedExecution, AuditReport, AuditRequest } from '../../contract/audit.js';
import { AUDIT_WORKFLOW, PROGRESS_QUERY, RUN_JOB_WORKFLOW } from '../../contract/names.js';
import { type AllProgress, jobRunsOf } from '../../contract/progress.js';
import type { RunJobRequest } from '../../contract/run.js';
import { unpack } from '../../pipeline/packed.js';
import type { JobScript } from '../../simulator/index.js';
import { createMeters } from '../../worker/metrics.js';
import { openProfiles } from '../../worker/profiles.js';
import { ownNamespace } from '../support/own-namespace.js';
import { startPausingServer } from '../support/pausing-server.js';
import { until } from '../support/until.js';
import { inWorld, type World } from '../support/world.js';

const KEY = 'run';
const QUICK_PACE = { callsPerMinute: 60_000 };

const unending = (jobId: string, more: Partial<JobScript> = {}): JobScript => ({
  ...{ jobId, maxConcurrentRuns: 9, executions: [{ waitingMs: 0, never: true }] },
  ...more,
});

/** Starts a run, and waits until its workflow waits for the execution. */
async function waiting(
  world: World,
  request: RunJobRequest,
  workflowId = randomUUID(),
  limits = {},
): Promise<WorkflowHandle> {
  const { client, taskQueue } = world;
  const handle = await client.workflow.start(RUN_JOB_WORKFLOW, {
    ...{ args: [request], taskQueue, workflowId, ...limits },
  });
  await untilWaiting(handle);
  return handle;
}

/** A run of another namespace in the same account. */
async function inAnotherNamespace(world: World, request: RunJobRequest): Promise<WorkflowHandle> {
  const { connection } = world.client;
  const namespace = inject('temporalNamespace');
  const client = new Client({ connection, namespace });
  const worker = await world.createWorker({ namespace });
  return await worker.runUntil(() => waiting({ ...world, client }, request));
}

const untilWaiting = (handle: WorkflowHandle): Promise<void> =>
  until(async () =>
    jobRunsOf(await handle.query<AllProgress>(PROGRESS_QUERY)).some(
      ({ phase }) => phase === 'waiting',
    ),
  );

/** The server lists starts and ends a moment later. */
const untilListed = (world: World, open: number, closed: number): Promise<void> =>
  until(async () => {
    const isOpen = "ExecutionStatus = 'Running'";
    const counts = [
      isOpen,
      `WorkflowType = '${RUN_JOB_WORKFLOW}' AND ExecutionStatus != 'Running'`,
    ];
    const found = await Promise.all(counts.map((query) => world.client.workflow.count(query)));
    return found[0]?.count === open && found[1]?.count === closed;
  });

interface Audited extends AuditReport {
  readonly executions: readonly AuditedExecution[];
}

async function audit(
  world: World,
  request: AuditRequest = {},
  taskQueue = world.taskQueue,
): Promise<Audited> {
  const handle = await world.client.workflow.start<(input: AuditRequest) => Promise<AuditReport>>(
    AUDIT_WORKFLOW,
    {
      ...{ args: [{ ...QUICK_PACE, ...request }], taskQueue, workflowId: randomUUID() },
    },
  );
  world.note(handle);
  const report = await handle.result();
  return { ...report, executions: unpack<readonly AuditedExecution[]>(report.executions) };
}

/** Class by execution. */
const classes = ({ executions }: Audited): Readonly<Record<string, string>> =>
  Object.fromEntries(executions.map(({ executionId, class: group }) => [executionId, group]));

describe('dataflowAudit', () => {
  it('names each active execution once, in its class; with cancel it stops orphans, and nothing else', async () => {
    const namespace = await ownNamespace();
    const jobs = [
      ...['terminated', 'reset', 'timed-out', 'owned', 'paused', 'paused-wait'],
      ...['triggered', 'console', 'elsewhere'],
    ].map((jobId) => unending(jobId));
    const keyed = unending('deleted', { submissionParameter: KEY });
    await inWorld({ namespace, jobs: [...jobs, keyed], record: 'audit' }, async (world) => {
      const { client, simulator } = world;
      const only = (jobId: string): string => simulator.executions(jobId)[0]?.executionId ?? '';

      const terminated = await waiting(world, { jobId: 'terminated' });
      await terminated.terminate();
      const timedOut = await waiting(world, { jobId: 'timed-out' }, randomUUID(), {
        workflowExecutionTimeout: '5s',
      });
      const reset = await waiting(world, { jobId: 'reset' });
      await client.workflowService.resetWorkflowExecution({
        ...{ namespace, reason: 'a test', requestId: randomUUID() },
        workflowExecution: { workflowId: reset.workflowId },
        workflowTaskFinishEventId: 4 as never, // the task that prepared
      });
      await untilWaiting(client.workflow.getHandle(reset.workflowId));
      const [before = '', after = ''] = simulator
        .executions('reset')
        .map(({ executionId }) => executionId);
      const deleted = await waiting(world, { jobId: 'deleted', runKeyParameter: KEY });
      await client.workflowService.deleteWorkflowExecution({
        ...{ namespace, workflowExecution: { workflowId: deleted.workflowId } },
      });
      const owner = await waiting(world, { jobId: 'owned' });
      const paused = await waiting(world, { jobId: 'paused' });
      const pausedWait = await waiting(world, { jobId: 'paused-wait' });
      const { raw } = await pausedWait.describe();
      await client.workflowService.pauseActivity({
        ...{ namespace, execution: { workflowId: pausedWait.workflowId }, identity: 'a test' },
        id: raw.pendingActivities?.[0]?.activityId ?? '',
      });
      simulator.startForeignExecution('triggered', {
        ...{ triggerId: 'nightly', execution: { never: true } },
      });
      simulator.startForeignExecution('console', { execution: { never: true } });
      const elsewhere = await inAnotherNamespace(world, { jobId: 'elsewhere' });
      await expect(timedOut.result()).rejects.toThrow();
      await untilListed(world, 4, 3);

      const server = await startPausingServer(inject('temporalAddress'));
      const connection = await NativeConnection.connect({ address: server.address });
      server.pause(paused.workflowId);
      const taskQueue = `audit-${randomUUID()}`;
      const worker = await world.createWorker({ connection, taskQueue });
      try {
        await worker.runUntil(async () => {
          const expected = {
            ...{ [only('terminated')]: 'orphaned', [only('timed-out')]: 'orphaned' },
            ...{ [before]: 'orphaned', [after]: 'owned', [only('deleted')]: 'unknown' },
            ...{ [only('owned')]: 'owned', [only('paused')]: 'owned' },
            ...{ [only('paused-wait')]: 'owned', [only('triggered')]: 'external' },
            ...{ [only('console')]: 'external', [only('elsewhere')]: 'external' },
          };
          const report = await audit(world, {}, taskQueue);
          expect(report.executions).toHaveLength(Object.keys(expected).length);
          expect(classes(report)).toEqual(expected);
          expect(report.gaps).toEqual([]);
          const byId = new Map(report.executions.map((one) => [one.executionId, one]));
          expect(byId.get(only('terminated'))?.workflow).toMatchObject({
            ...{ workflowId: terminated.workflowId, status: 'TERMINATED' },
          });
          expect(byId.get(only('timed-out'))?.workflow?.status).toBe('TIMED_OUT');
          expect(byId.get(only('owned'))?.workflow?.workflowId).toBe(owner.workflowId);
          expect(simulator.report().cancels).toBe(0);

          const stopped = await audit(world, { cancel: true }, taskQueue);
          expect(classes(stopped)).toEqual(expected);
          const orphans = [only('terminated'), only('timed-out'), before];
          const canceled = simulator
            .executions()
            .filter(({ canceledByApi }) => canceledByApi)
            .map(({ executionId }) => executionId);
          expect(canceled.toSorted()).toEqual(orphans.toSorted());
          for (const { class: group, stop } of stopped.executions)
            expect(stop).toBe(group === 'orphaned' ? 'canceled' : undefined);
          expect((await audit(world, {}, taskQueue)).counts).toMatchObject({ orphaned: 0 });
        });
      } finally {
        await connection.close();
        await server.close();
        await elsewhere.terminate();
      }
    });
  });

  it('leaves an orphan alone whose owner appears before it is stopped', async () => {
    const namespace = await ownNamespace();
    const jobs = ['taken', 'left'].map((jobId) => unending(jobId, { maxConcurrentRuns: 1 }));
    await inWorld({ namespace, jobs }, async (world) => {
      const { client, simulator, native } = world;
      for (const jobId of ['taken', 'left']) await (await waiting(world, { jobId })).terminate();
      await untilListed(world, 0, 2);
      const { profiles } = openProfiles(
        { default: world.profile },
        {},
        () => undefined,
        createMeters(),
      );
      const real = createDataFlowActivities(
        (name = 'default') => profiles.get(name)!,
        new AsyncWaits(() => undefined),
      );
      let owner: WorkflowHandle | undefined;
      const taskQueue = `audit-${randomUUID()}`;
      const worker = await Worker.create({
        ...{ connection: native, namespace, taskQueue },
        workflowBundle: { codePath: inject('workflowBundlePath') },
        activities: {
          ...real,
          dataflowReadOpenWorkflows: async (
            input: Parameters<typeof real.dataflowReadOpenWorkflows>[0],
          ) => {
            if (input.also !== undefined && owner === undefined) {
              owner = await waiting(world, { jobId: 'taken', onBusy: 'join' });
              await until(
                async () =>
                  (
                    await client.workflow.count(
                      "WorkflowType = 'dataflowRunJob' AND ExecutionStatus = 'Running'",
                    )
                  ).count === 1,
              );
            }
            return await real.dataflowReadOpenWorkflows(input);
          },
        },
      });
      await worker.runUntil(async () => {
        const report = await audit(world, { cancel: true }, taskQueue);
        const byJob = Object.fromEntries(report.executions.map((one) => [one.jobId, one]));
        expect(byJob['left']).toMatchObject({ class: 'orphaned', stop: 'canceled' });
        expect(byJob['taken']).toMatchObject({
          ...{ class: 'owned', workflow: { workflowId: owner?.workflowId } },
        });
        expect(simulator.executions('taken')).toMatchObject([{ canceledByApi: false }]);
      });
      for (const profile of profiles.values()) await profile.close();
    });
  });
});

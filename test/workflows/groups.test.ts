import { WorkflowFailedError } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { groupWorkflowId } from '../../contract/group.js';
import { GROUP_SIGNALS, GROUP_WORKFLOW, RUN_PIPELINE_WORKFLOW } from '../../contract/names.js';
import { endGate, mostAtOnce, setGroup, viewOfGroup } from '../support/groups.js';
import { until } from '../support/until.js';
import { inWorld, type World } from '../support/world.js';

const jobs = (runningMs: number, ...ids: readonly string[]) =>
  ids.map((jobId) => ({
    ...{ jobId, type: 'SCRIPT' as const, maxConcurrentRuns: 20 },
    executions: [{ waitingMs: 50, runningMs }],
  }));

const groupOf = ({ taskQueue }: World): string => `g-${taskQueue.slice(-12)}`;
const noteGate = (world: World, group: string): void => {
  world.note(world.client.workflow.getHandle(groupWorkflowId(group)));
};
/** Waits until so many hold the group or wait for it. */
const haveEntered = ({ client }: World, group: string, count: number): Promise<void> =>
  until(async () => {
    const view = await viewOfGroup(client, group).catch(() => undefined);
    return view !== undefined && view.holders.length + view.queued === count;
  });

/** Place of the newest member. */
const lastPlace = async ({ client }: World, group: string): Promise<number> => {
  const { holders, queue } = await viewOfGroup(client, group);
  return Math.max(0, ...[...holders, ...queue].map(({ place }) => place));
};

describe('a group', () => {
  it('runs at most its limit at once, in the order of requests', () =>
    inWorld({ jobs: jobs(1_500, 'a', 'b', 'c', 'd', 'e'), record: 'group' }, async (world) => {
      const { client, taskQueue, simulator } = world;
      const group = groupOf(world);
      await setGroup(client, taskQueue, group, { limit: 2 });
      noteGate(world, group);
      const runs = [];
      for (const [nth, jobId] of ['a', 'b', 'c', 'd', 'e'].entries()) {
        runs.push(await world.start({ jobId, group }));
        await until(
          async () => (await lastPlace(world, group)) > nth || simulator.executions().length > nth,
        );
      }
      await Promise.all(runs.map((run) => run.result()));
      expect(mostAtOnce(simulator.executions())).toBe(2);
      const order = simulator.executions().map(({ jobId }) => jobId);
      expect(order.slice(2)).toEqual(['c', 'd', 'e']);
      expect(await viewOfGroup(client, group)).toMatchObject({ used: 0, queued: 0, holders: [] });
      expect(await world.eventCount(runs[4]!)).toBeLessThanOrEqual(26);
      await endGate(client, group);
    }));

  it('lets its runs wait until it has a limit, and says so; a cancel leaves the queue', () =>
    inWorld({ jobs: jobs(300, 'a', 'b'), record: 'group-unset' }, async (world) => {
      const { client, taskQueue, simulator } = world;
      const group = groupOf(world);
      const canceled = await world.start({ jobId: 'a', group });
      await haveEntered(world, group, 1);
      const kept = await world.start({ jobId: 'b', group });
      await haveEntered(world, group, 2);
      noteGate(world, group);
      await until(async () => (await world.progress(kept)).note?.includes('group set') === true);
      expect(await world.progress(kept)).toMatchObject({
        ...{ phase: 'waiting-for-group', group: { name: group } },
        note: `waits: group ${group} has no limit yet. Set one: dataflow group set ${group} --limit 8`,
      });
      await canceled.cancel();
      await expect(canceled.result()).rejects.toThrow(WorkflowFailedError);
      expect(await viewOfGroup(client, group)).toMatchObject({ queued: 1, holders: [] });
      await setGroup(client, taskQueue, group, { limit: 1 });
      await kept.result();
      expect(simulator.executions().map(({ jobId }) => jobId)).toEqual(['b']);
      await endGate(client, group);
    }));

  it('keeps its members when a pipeline continues as new: the one that waits keeps its place', () =>
    inWorld({ jobs: jobs(1_500, 'a', 'b'), record: 'group-pipeline' }, async (world) => {
      const { client, taskQueue, simulator } = world;
      const group = groupOf(world);
      await setGroup(client, taskQueue, group, { limit: 1, checkInterval: '1s' });
      const first = await world.start({ jobId: 'a', group });
      await until(() => simulator.executions().length === 1);
      const request = {
        pipeline: {
          ...{ pipeline: 'grouped', defaults: { group } },
          steps: { one: { job: 'b' }, two: { job: 'b', priority: 1, needs: ['one'] } },
        },
        continueAfterEvents: 12,
      };
      const options = { args: [request], taskQueue, workflowId: `${taskQueue}-pipeline` };
      const pipeline = await client.workflow.start(RUN_PIPELINE_WORKFLOW, options);
      world.note(pipeline);
      await Promise.all([first.result(), pipeline.result()]);
      const { runId } = await client.workflow.getHandle(options.workflowId).describe();
      expect(runId).not.toBe(pipeline.firstExecutionRunId);
      expect(mostAtOnce(simulator.executions())).toBe(1);
      expect(simulator.executions().map(({ jobId }) => jobId)).toEqual(['a', 'b', 'b']);
      await endGate(client, group);
    }));

  it('counts executions that somebody else started, if it is to, and starts when they have ended', () =>
    inWorld({ jobs: jobs(2_000, 'a') }, async (world) => {
      const { client, taskQueue, simulator } = world;
      const group = groupOf(world);
      const settings = { limit: 1, countExternal: true, checkInterval: '1s' } as const;
      await setGroup(client, taskQueue, group, settings);
      simulator.startForeignExecution('a');
      const run = await world.start({ jobId: 'a', group });
      await until(async () => (await viewOfGroup(client, group)).external === 1);
      await run.result();
      expect(mostAtOnce(simulator.executions())).toBe(1);
      await endGate(client, group);
    }));

  it('keeps its limit, holders and queue when its workflow is terminated, and when it continues as new', () =>
    inWorld({ jobs: jobs(1_500, 'a', 'b', 'c', 'd') }, async (world) => {
      const { client, taskQueue, simulator } = world;
      const group = groupOf(world);
      const workflowId = groupWorkflowId(group);
      await client.workflow.start(GROUP_WORKFLOW, {
        ...{ args: [{ group, continueAfterEvents: 20 }], taskQueue, workflowId },
      });
      await setGroup(client, taskQueue, group, { limit: 1 });
      const runs = [];
      for (const [nth, jobId] of ['a', 'b', 'c'].entries()) {
        runs.push(await world.start({ jobId, group }));
        await haveEntered(world, group, nth + 1);
      }
      await client.workflow.getHandle(workflowId).terminate('a test');
      runs.push(await world.start({ jobId: 'd', group }));
      await Promise.all(runs.map((run) => run.result()));
      expect(mostAtOnce(simulator.executions())).toBe(1);
      const order = simulator.executions().map(({ jobId }) => jobId);
      expect(order).toEqual(['a', 'b', 'c', 'd']);
      expect(await viewOfGroup(client, group)).toMatchObject({ limit: 1, queued: 0 });
      await endGate(client, group);
    }));

  it('keeps what a gate was told that was closed before it could handle it', () =>
    inWorld({ jobs: jobs(200, 'a') }, async (world) => {
      const { client, taskQueue } = world;
      const group = groupOf(world);
      const workflowId = groupWorkflowId(group);
      // Two gates one after the other that no worker has seen: neither answers a query.
      for (const takesOver of [undefined, 'the first']) {
        const handle = client.workflow.getHandle(workflowId);
        const before = takesOver && { takesOver: (await handle.describe()).runId };
        await client.workflow.start(GROUP_WORKFLOW, {
          ...{ args: [{ group, ...before }], taskQueue: `${taskQueue}-nobody`, workflowId },
        });
        if (takesOver === undefined) await handle.signal(GROUP_SIGNALS.set, { limit: 1 });
        await handle.terminate('a test');
      }
      const run = await world.start({ jobId: 'a', group });
      expect((await run.result()).execution.status).toBe('COMPLETED');
      expect(await viewOfGroup(client, group)).toMatchObject({ limit: 1, queued: 0 });
      await setGroup(client, taskQueue, group, { limit: 1 });
      await endGate(client, group);
    }));

  it('keeps what a gate was told after its last workflow task', () =>
    inWorld({ jobs: jobs(200, 'a') }, async (world) => {
      const { client, taskQueue } = world;
      const group = groupOf(world);
      const handle = client.workflow.getHandle(groupWorkflowId(group));
      const own = `${taskQueue}-gate`;
      const first = await world.createWorker({ taskQueue: own });
      await first.runUntil(async () => {
        await setGroup(client, own, group, { limit: 0 });
        await until(async () => (await viewOfGroup(client, group)).limit === 0);
      });
      await handle.signal(GROUP_SIGNALS.set, { limit: 3 }); // no worker handles it
      await handle.terminate('a test');
      const second = await world.createWorker({ taskQueue: own }); // answers the query of the closed gate
      await second.runUntil(async () => {
        const run = await world.start({ jobId: 'a', group });
        expect((await run.result()).execution.status).toBe('COMPLETED');
      });
      expect(await viewOfGroup(client, group)).toMatchObject({ limit: 3 });
      await endGate(client, group);
    }));
});

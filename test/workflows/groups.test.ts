import { describe, expect, it } from 'vitest';
import { groupWorkflowId } from '../../contract/group.js';
import { endGate, mostAtOnce, setGroup, viewOfGroup } from '../support/groups.js';
import { until } from '../support/until.js';
import { inWorld, type World } from '../support/world.js';

const jobs = (...ids: readonly string[]) =>
  ids.map((jobId) => ({
    ...{ jobId, type: 'SCRIPT' as const, maxConcurrentRuns: 20 },
    executions: [{ waitingMs: 50, runningMs: 400 }],
  }));

const groupOf = ({ taskQueue }: World): string => `g-${taskQueue.slice(-12)}`;
const noteGate = (world: World, group: string): void => {
  world.note(world.client.workflow.getHandle(groupWorkflowId(group)));
};

describe('a group', () => {
  it('runs at most its limit at once, in the order of requests', () =>
    inWorld({ jobs: jobs('a', 'b', 'c', 'd', 'e'), record: 'group' }, async (world) => {
      const { client, taskQueue, simulator } = world;
      const group = groupOf(world);
      await setGroup(client, taskQueue, group, { limit: 2 });
      noteGate(world, group);
      const ids = ['a', 'b', 'c', 'd', 'e'];
      const runs = [];
      for (const [nth, jobId] of ids.entries()) {
        runs.push(await world.start({ jobId, group }));
        await until(async () => {
          const { holders, queued } = await viewOfGroup(client, group);
          return holders.length + queued === nth + 1 || simulator.report().posts > 2;
        });
      }
      await Promise.all(runs.map((run) => run.result()));
      expect(mostAtOnce(simulator.executions())).toBe(2);
      expect(
        simulator
          .executions()
          .map(({ jobId }) => jobId)
          .slice(2),
      ).toEqual(['c', 'd', 'e']);
      expect(await viewOfGroup(client, group)).toMatchObject({ used: 0, queued: 0, holders: [] });
      console.log(
        await world.eventCount(runs[0]!),
        await world.eventCount(runs[4]!),
        await world.eventCount(client.workflow.getHandle(groupWorkflowId(group))),
      );
      await endGate(client, group);
    }));
});

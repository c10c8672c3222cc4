import { expect, it } from 'vitest';
import { groupWorkflowId } from '../../contract/group.js';
import { GROUP_ANSWER_SIGNAL } from '../../contract/names.js';
import { endGate, setGroup, viewOfGroup } from '../support/groups.js';
import { eventsOf, scheduled } from '../support/history.js';
import { until } from '../support/until.js';
import { expectInOrder, expectWithinLimit, GROUP_JOBS, msOf, playCrowd } from './crowded-group.js';
import { inScene } from './scene.js';

it('a group of limit 2 never has three running, and grants in the order of requests, while workers are killed, runs terminated and reset, and executions started in the console', () =>
  inScene({ jobs: GROUP_JOBS }, async (scene) => {
    const crowd = await playCrowd(scene, 20, { kills: 2, terminations: 2, resets: 2, foreign: 2 });
    await expectWithinLimit(crowd);
    await expectInOrder(crowd);
  }));

it('the slot of a terminated run is taken by the first check after its execution has ended, not before', () =>
  inScene(
    {
      jobs: [
        { jobId: 'one', maxConcurrentRuns: 5, executions: [{ waitingMs: 50, runningMs: 8_000 }] },
      ],
    },
    async (scene) => {
      const { client, taskQueue, simulator } = scene;
      const group = `g-${taskQueue.slice(-12)}`;
      await setGroup(client, taskQueue, group, { limit: 1, checkInterval: 1_000 });
      await scene.startWorker();
      const first = await scene.start({ jobId: 'one', group });
      await until(() => simulator.executions().some(({ status }) => status === 'RUNNING'));
      const second = await scene.start({ jobId: 'one', group });
      await until(async () => (await viewOfGroup(client, group)).queued === 1);
      await first.terminate('a test');
      await until(
        async () => (await viewOfGroup(client, group)).holders[0]?.found?.kind === 'running',
      );
      await until(async () => (await viewOfGroup(client, group)).queued === 0);
      await second.result();
      const [ended, started] = simulator.executions();
      expect(started!.acceptedAt).toBeGreaterThan(ended!.endAt);
      const gate = client.workflow.getHandle(groupWorkflowId(group));
      const granted = (await eventsOf(second)).find(
        (event) =>
          event.workflowExecutionSignaledEventAttributes?.signalName === GROUP_ANSWER_SIGNAL,
      );
      const checks = scheduled(await eventsOf(gate), 'dataflowCheckGroup').map(msOf);
      const between = checks.filter((at) => at > ended!.endAt && at < msOf(granted));
      // A check that had begun just before the end may have read it, or not.
      expect(between.length).toBeLessThanOrEqual(1);
      await endGate(client, group);
    },
  ));

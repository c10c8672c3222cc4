import { WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import type { ExecutionScript, SimulatorOptions } from '../../simulator/index.js';
import { remoteLockId } from '../../workflows/runtime/remote-lock.js';
import { failureOf } from '../support/failure-of.js';
import { until } from '../support/until.js';
import { inWorld, type World } from '../support/world.js';

const QUICK_RUN: ExecutionScript = { waitingMs: 100, runningMs: 400 };
const ENDLESS: ExecutionScript = { waitingMs: 100, runningMs: 600_000 };
const WORKFLOW = { workflowId: 'nightly' };

/** extract, then clean and check at the same time, then load. */
function aService(
  scripts: Readonly<Record<string, ExecutionScript>> = {},
  more: Partial<SimulatorOptions> = {},
): SimulatorOptions {
  const ids = ['extract', 'clean', 'check', 'load'];
  const node = (id: string, ...parentNodeIds: string[]) =>
    ({ id, type: 'JOB', parentNodeIds }) as const;
  return {
    jobs: ids.map((jobId) => ({ jobId, executions: [scripts[jobId] ?? QUICK_RUN] })),
    triggers: [{ triggerId: 'byhand' }],
    workflows: [
      {
        ...WORKFLOW,
        nodes: [
          { id: 'byhand', type: 'TRIGGER', parentNodeIds: [], triggerRule: 'NONE' },
          node('extract', 'byhand'),
          node('clean', 'extract'),
          node('check', 'extract'),
          node('load', 'clean', 'check'),
        ],
      },
    ],
    ...more,
  };
}

const runs = ({ simulator }: World): number | undefined =>
  simulator.report().workflowRuns['nightly'];
const onlyExecution = ({ simulator }: World, jobId?: string): string => {
  const all = simulator.executions(jobId);
  expect(all).toHaveLength(1);
  return all[0]!.executionId;
};
const active = ({ simulator }: World): readonly string[] =>
  simulator
    .executions()
    .filter(({ status }) => ['READY', 'RUNNING'].includes(status))
    .map(({ jobId }) => jobId);

describe('dataflowRunRemoteWorkflow', () => {
  it('starts the workflow once and follows its jobs to their ends', () =>
    inWorld({ ...aService(), record: 'remote-completed' }, async (world) => {
      const handle = await world.startRemote(WORKFLOW);
      const result = await handle.result();
      expect(result).toMatchObject({
        triggerId: 'byhand',
        submissionOutcome: 'submitted',
        posts: 1,
      });
      expect(result.nodes.map(({ jobId, execution }) => [jobId, execution.status])).toEqual([
        ['extract', 'COMPLETED'],
        ['clean', 'COMPLETED'],
        ['check', 'COMPLETED'],
        ['load', 'COMPLETED'],
      ]);
      const caused = world.simulator.executions().map(({ executionId }) => executionId);
      const told = result.nodes.map(({ execution }) => execution.jobExecutionId);
      expect(told.toSorted()).toEqual(caused.toSorted());
      expect(runs(world)).toBe(1);
      expect(await world.remoteProgress(handle)).toMatchObject({ outcome: 'COMPLETED' });
    }));

  it('fails with the node, job and execution that failed; what came after it counts as skipped', () =>
    inWorld(
      { ...aService({ clean: { ...QUICK_RUN, outcome: 'FAILED' } }), record: 'remote-failed' },
      async (world) => {
        const handle = await world.startRemote(WORKFLOW);
        const failure = await failureOf(handle.result());
        const executionId = onlyExecution(world, 'clean');
        expect(failure).toMatchObject({
          type: 'DataFlowExecutionFailed',
          details: { workflowId: 'nightly', jobId: 'clean', executionId },
        });
        expect(failure.details.executions).toHaveLength(3);
        const { nodes } = await world.remoteProgress(handle);
        expect(nodes.map(({ status }) => status)).toEqual([
          'COMPLETED',
          'FAILED',
          'COMPLETED',
          'SKIPPED',
        ]);
      },
    ));

  it('adopts what a start with a lost answer has caused, and starts nothing twice', () =>
    inWorld(
      {
        ...aService({}, { faults: [{ on: 'executeWorkflow', times: 1, then: { drop: 'after' } }] }),
        record: 'remote-lost-answer',
      },
      async (world) => {
        const handle = await world.startRemote(WORKFLOW);
        expect(await handle.result()).toMatchObject({ submissionOutcome: 'adopted', posts: 1 });
        expect(runs(world)).toBe(1);
      },
    ));

  it('is ambiguous when the start may have been accepted and a look finds nothing', () =>
    inWorld(
      aService({}, { faults: [{ on: 'executeWorkflow', times: 1, then: { drop: 'before' } }] }),
      async (world) => {
        const failure = await failureOf((await world.startRemote(WORKFLOW)).result());
        expect(failure).toMatchObject({
          type: 'DataFlowSubmissionAmbiguous',
          details: { candidates: [] },
        });
        expect(runs(world)).toBe(0);
      },
    ));

  it('posts again after a refusal which proves that nothing was started', () =>
    inWorld(
      aService({}, { faults: [{ on: 'executeWorkflow', times: 1, then: { status: 429 } }] }),
      async (world) => {
        const handle = await world.startRemote(WORKFLOW);
        expect(await handle.result()).toMatchObject({ submissionOutcome: 'submitted', posts: 2 });
        expect(runs(world)).toBe(1);
      },
    ));

  it('is ambiguous when another run starts at the same time; both are named and left running', () =>
    inWorld({ ...aService({ extract: ENDLESS }), record: 'remote-overlap' }, async (world) => {
      const handle = await world.startRemote(WORKFLOW);
      await until(() => runs(world) === 1);
      world.simulator.startForeignExecution('extract', { triggerId: 'byhand', execution: ENDLESS });
      const failure = await failureOf(handle.result());
      const both = world.simulator.executions('extract').map(({ executionId }) => executionId);
      expect(failure.type).toBe('DataFlowSubmissionAmbiguous');
      expect(failure.details.candidates?.toSorted()).toEqual(both.toSorted());
      expect(active(world)).toEqual(['extract', 'extract']);
    }));

  it('refuses to start while an earlier run goes on, which could not be told apart', () =>
    inWorld(aService({ extract: ENDLESS }), async (world) => {
      const first = await world.startRemote(WORKFLOW);
      await until(async () => (await world.remoteProgress(first)).nodes[0]?.status !== undefined);
      const second = await world.startRemote(WORKFLOW);
      const earlier = world.simulator.executions('extract').map(({ executionId }) => executionId);
      expect(await failureOf(second.result())).toMatchObject({
        type: 'DataFlowBadState',
        details: { candidates: earlier },
      });
      expect(runs(world)).toBe(1);
      await first.cancel();
      await expect(first.result()).rejects.toThrow(WorkflowFailedError);
    }));

  it('refuses to start while an earlier run may go on, though what dates answers is five minutes ahead of what dates executions (S2)', () =>
    inWorld(aService({}, { switches: { gatewayAheadMs: 300_000 } }), async (world) => {
      const { executionId } = world.simulator.startForeignExecution('extract', {
        triggerId: 'byhand',
        execution: QUICK_RUN,
      });
      await until(() => active(world).length === 0);
      expect(await failureOf((await world.startRemote(WORKFLOW)).result())).toMatchObject({
        type: 'DataFlowBadState',
        details: { candidates: [executionId] },
      });
      expect(runs(world)).toBe(0);
    }));

  it('is started once by two that start at one moment on two workers; the other one is refused (C11)', () =>
    inWorld(aService({ extract: ENDLESS }), async (world) => {
      const taskQueue = `${world.taskQueue}-b`;
      const second = await world.createWorker({ taskQueue });
      await second.runUntil(async () => {
        const [own, other] = [world.startRemote(WORKFLOW), world.startRemote(WORKFLOW, taskQueue)];
        const handles = [await own, await other];
        const ends = handles.map((handle) => failureOf(handle.result()));
        const refused = await Promise.race(ends.map(async (end, index) => (await end, index)));
        expect((await ends[refused])?.type).toBe('DataFlowBadState');
        expect(runs(world)).toBe(1);
        await handles[1 - refused]!.cancel();
        await Promise.allSettled(ends);
        expect(active(world)).toEqual([]);
      });
    }));

  it('may start while the last jobs of another run go on (C11)', () =>
    inWorld(aService({ load: { ...QUICK_RUN, runningMs: 8_000 } }), async (world) => {
      const first = await world.startRemote(WORKFLOW);
      const lock = world.client.workflow.getHandle(
        remoteLockId(`${new URL(world.simulator.url).host}/nightly`),
      );
      await until(() =>
        lock.result().then(
          () => true,
          () => false,
        ),
      );
      expect(active(world)).toEqual(['load']);
      const second = await world.startRemote(WORKFLOW);
      await until(() => runs(world) === 2);
      await second.cancel();
      await expect(second.result()).rejects.toThrow(WorkflowFailedError);
      expect((await first.result()).nodes).toHaveLength(4);
    }));

  it.each([
    ['by the rule of its node', 'RECURRING', {}],
    ['by its trigger', undefined, { type: 'RECURRING', interval: 'HOUR', time: '30' }],
  ] as const)(
    'refuses before any POST a workflow that starts by schedule, told %s',
    (_, rule, own) =>
      inWorld(
        {
          jobs: [{ jobId: 'extract', executions: [QUICK_RUN] }],
          triggers: [{ triggerId: 'hourly', ...('type' in own && { triggerRule: own }) }],
          workflows: [
            {
              ...WORKFLOW,
              nodes: [
                {
                  id: 'hourly',
                  type: 'TRIGGER',
                  parentNodeIds: [],
                  ...(rule !== undefined && { triggerRule: rule }),
                },
                { id: 'extract', type: 'JOB', parentNodeIds: ['hourly'] },
              ],
            },
          ],
        },
        async (world) => {
          expect(await failureOf((await world.startRemote(WORKFLOW)).result())).toMatchObject({
            type: 'DataFlowInvalidInput',
          });
          expect(world.simulator.report().callsByOperation['executeWorkflow']).toBeUndefined();
        },
      ),
  );

  it('goes on when the service has been down in the middle', () =>
    inWorld(aService({ extract: { ...QUICK_RUN, runningMs: 1_500 } }), async (world) => {
      const handle = await world.startRemote(WORKFLOW);
      await until(() => active(world).length > 0);
      world.simulator.addFaults({ on: '*', then: { status: 503 } });
      const before = world.simulator.log().length;
      await until(() => world.simulator.log().length > before + 5);
      world.simulator.clearFaults();
      expect((await handle.result()).nodes).toHaveLength(4);
      expect(runs(world)).toBe(1);
    }));
});

describe('a cancel or runTimeout of dataflowRunRemoteWorkflow', () => {
  it('stops what runs, and nothing starts after it', () =>
    inWorld(
      { ...aService({ clean: ENDLESS, check: ENDLESS }), record: 'remote-cancelled' },
      async (world) => {
        const handle = await world.startRemote(WORKFLOW);
        await until(() => active(world).length === 2);
        await handle.cancel();
        const error = (await handle
          .result()
          .catch((caught: unknown) => caught)) as WorkflowFailedError;
        expect(error.cause).toBeInstanceOf(CancelledFailure);
        expect(active(world)).toEqual([]);
        const { nodes, unknown } = await world.remoteProgress(handle);
        expect(nodes.map(({ status }) => status)).toEqual([
          'COMPLETED',
          'CANCELED',
          'CANCELED',
          'SKIPPED',
        ]);
        expect(unknown).toBeUndefined();
      },
    ));

  it('stops also what was accepted and is listed only later', () =>
    inWorld(aService({ extract: ENDLESS }, { switches: { listLagMs: 800 } }), async (world) => {
      const handle = await world.startRemote(WORKFLOW);
      await until(() => runs(world) === 1);
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
      expect(active(world)).toEqual([]);
      expect(world.simulator.executions('extract')).toMatchObject([{ status: 'CANCELED' }]);
    }));

  it('with an unknown outcome stops nothing by likeness, and says what to check', () =>
    inWorld(
      aService(
        { extract: ENDLESS },
        { faults: [{ on: 'executeWorkflow', times: 1, then: { drop: 'after' } }] },
      ),
      async (world) => {
        const handle = await world.startRemote(WORKFLOW);
        await until(async () => (await world.remoteProgress(handle)).phase === 'reconciling');
        await handle.cancel();
        await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
        const executionId = onlyExecution(world);
        const { unknown } = await world.remoteProgress(handle);
        expect(unknown).toContain(executionId);
        expect(active(world)).toEqual(['extract']);
      },
    ));

  it('leaves it running where onCancel says so', () =>
    inWorld(aService({ extract: ENDLESS }), async (world) => {
      const handle = await world.startRemote({ ...WORKFLOW, onCancel: 'abandon' });
      await until(() => active(world).length > 0);
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
      expect(active(world)).toEqual(['extract']);
    }));

  it('stops what runs when runTimeout has passed, and names it', () =>
    inWorld({ ...aService({ extract: ENDLESS }), record: 'remote-deadline' }, async (world) => {
      const handle = await world.startRemote({ ...WORKFLOW, runTimeout: '4s' });
      const failure = await failureOf(handle.result());
      const executionId = onlyExecution(world);
      expect(failure).toMatchObject({
        type: 'DataFlowDeadlineExceeded',
        details: { executions: [{ jobId: 'extract', executionId, status: 'CANCELED' }] },
      });
      expect(active(world)).toEqual([]);
    }));

  it('says what is unknown when a job was accepted and never showed', () =>
    inWorld(aService({ extract: ENDLESS }), async (world) => {
      world.simulator.startForeignExecution('extract', { execution: ENDLESS });
      const handle = await world.startRemote({ ...WORKFLOW, runTimeout: '8s' });
      const failure = await failureOf(handle.result());
      expect(failure).toMatchObject({ type: 'DataFlowDeadlineExceeded' });
      expect(failure.details.unknown).toContain('job extract may have been started');
      expect(active(world)).toEqual(['extract']);
    }));
});

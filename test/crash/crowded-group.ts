import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import type { GroupView } from '../../contract/group.js';
import { GROUP_ANSWER_SIGNAL, RUN_JOB_WORKFLOW } from '../../contract/names.js';
import { endGate, mostAtOnce, setGroup, viewOfGroup } from '../support/groups.js';
import { eventsOf } from '../support/history.js';
import { until } from '../support/until.js';
import type { WorkerProcess } from '../support/worker-process.js';
import type { RunHandle, Scene } from './scene.js';

const CHECK_MS = 1_000;
const LIMIT = 2;
const KEY = 'run';

/** Two jobs of one group. Executions are told apart by their run key. */
export const GROUP_JOBS = ['one', 'two'].map((jobId) => ({
  ...{ jobId, type: 'SCRIPT' as const, maxConcurrentRuns: 50, submissionParameter: KEY },
  executions: [{ waitingMs: 50, runningMs: 4_000 }],
}));

export interface Blows {
  readonly kills: number;
  readonly terminations: number;
  readonly resets: number;
  readonly foreign: number;
}

export interface Crowd {
  readonly scene: Scene;
  readonly group: string;
  readonly runs: readonly RunHandle[];
  /** Runs that were terminated, and runs that were reset. */
  readonly terminated: ReadonlySet<string>;
  readonly reset: ReadonlySet<string>;
}

/** So many runs of a group while workers are killed, runs terminated and reset, and executions started in the console. */
export async function playCrowd(scene: Scene, count: number, blows: Blows): Promise<Crowd> {
  const { client, taskQueue } = scene;
  const group = `g-${taskQueue.slice(-12)}`;
  await setGroup(client, taskQueue, group, { limit: LIMIT, checkInterval: CHECK_MS });
  const workers: WorkerProcess[] = await Promise.all([1, 2, 3].map(() => scene.startWorker()));
  const runs: RunHandle[] = [];
  for (let nth = 0; nth < count; nth += 1) {
    const request = { jobId: nth % 2 === 0 ? 'one' : 'two', group, runKeyParameter: KEY };
    const workflowId = `${taskQueue}-${String(nth).padStart(4, '0')}`;
    runs.push(
      (await client.workflow.start(RUN_JOB_WORKFLOW, {
        ...{ args: [request], taskQueue, workflowId },
      })) as RunHandle,
    );
    // One after the other, so that the order of requests is known.
    await until(async () => (await entered(scene, group)) > nth);
  }
  const terminated = new Set<string>();
  const reset = new Set<string>();
  const anyHolder = async (): Promise<string | undefined> =>
    (await view(scene, group)).holders
      .map(({ workflowId }) => workflowId)
      .find((id) => !terminated.has(id) && !reset.has(id));
  const acts = [
    ...Array.from({ length: blows.kills }, () => async () => {
      await workers.shift()?.end('SIGKILL');
      workers.push(await scene.startWorker());
    }),
    ...Array.from({ length: blows.terminations }, () => async () => {
      const holder = await anyHolder();
      if (holder === undefined) return;
      terminated.add(holder);
      await client.workflow
        .getHandle(holder)
        .terminate('a test')
        .catch(() => undefined);
    }),
    ...Array.from({ length: blows.resets }, () => async () => {
      const holder = await anyHolder();
      if (holder === undefined) return;
      reset.add(holder);
      await resetToBegin(scene, holder);
    }),
    ...Array.from({ length: blows.foreign }, () => () => {
      scene.simulator.startForeignExecution('one');
      return Promise.resolve();
    }),
  ];
  const order = acts.map((act, nth) => ({ act, at: (nth * 7) % acts.length }));
  order.sort((one, other) => one.at - other.at);
  for (const { act } of order) {
    await act();
    await setTimeout(1_500); // the pace of the blows; nothing is awaited by it
  }
  await until(async () => {
    const { queued, holders } = await view(scene, group);
    return queued === 0 && holders.length === 0;
  });
  await endGate(client, group);
  return { scene, group, runs, terminated, reset };
}

/** A query fails while its worker is killed. */
async function view({ client }: Scene, group: string): Promise<GroupView> {
  let found: GroupView | undefined;
  await until(async () => {
    found = await viewOfGroup(client, group).catch(() => undefined);
    return found !== undefined;
  });
  return found!;
}

/** Members that the gate has ever had. */
const entered = async (scene: Scene, group: string): Promise<number> => {
  const { holders, queue } = await view(scene, group);
  return Math.max(0, ...[...holders, ...queue].map(({ place }) => place));
};

/** To its first workflow task: the new run knows nothing of what the one before has started. */
async function resetToBegin(scene: Scene, workflowId: string): Promise<void> {
  const handle = scene.client.workflow.getHandle(workflowId);
  const first = (await eventsOf(handle)).find(
    ({ workflowTaskCompletedEventAttributes }) => workflowTaskCompletedEventAttributes,
  );
  const what = ['--workflow-id', workflowId, '--event-id', String(first?.eventId)];
  await scene.temporal('workflow', 'reset', ...what, '--reason', 'a test');
}

/** What must hold after all. */
export async function expectWithinLimit({ scene, runs, terminated, reset }: Crowd): Promise<void> {
  const posted = scene.simulator.executions().filter(({ origin }) => origin === 'post');
  expect(mostAtOnce(posted)).toBe(LIMIT);
  expect(terminated.size * reset.size).toBeGreaterThan(0);
  expect(scene.simulator.report()).toMatchObject({ leftRunning: 0 });
  // A handle follows the run that it started: after a reset that is another one.
  for (const { workflowId } of runs.filter((run) => !terminated.has(run.workflowId)))
    await scene.client.workflow.getHandle(workflowId).result();
}

/** Grants come in the order of requests, but for so many at once. Those that entered again after a reset are left out. */
export async function expectInOrder({ runs, reset }: Crowd): Promise<void> {
  const grants: number[] = [];
  for (const run of runs.filter(({ workflowId }) => !reset.has(workflowId))) {
    const granted = (await eventsOf(run)).find(
      (event) => event.workflowExecutionSignaledEventAttributes?.signalName === GROUP_ANSWER_SIGNAL,
    );
    grants.push(msOf(granted));
  }
  for (const [nth, at] of grants.entries())
    expect(at).toBeGreaterThanOrEqual(grants[nth - LIMIT] ?? 0);
}

export const msOf = (event: Awaited<ReturnType<typeof eventsOf>>[number] | undefined): number =>
  Number(event?.eventTime?.seconds ?? NaN) * 1_000 + (event?.eventTime?.nanos ?? 0) / 1e6;

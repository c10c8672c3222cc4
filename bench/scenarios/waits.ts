import type { WorkflowHandle } from '@temporalio/client';
import { createRandom } from '../../simulator/seeded-random.js';
import type { Form } from '../forms/forms.js';
import { type Bench, type ChainHandle, inStand, type Stand } from '../stand.js';
import { findArrival, until } from './calls.js';
import { MANY_WAIT } from './settings.js';

/** What a worker costs in which many wait, and what happens to them. */
export interface WaitFigures {
  /** Resident memory that each wait adds to the worker, KB. */
  readonly waitingKb: number;
  /** Ms from the client's cancel of a workflow to the arrival of cancelJobExecution. */
  readonly cancelMs: readonly number[];
  /** From SIGKILL until the last wait was taken up by another worker, s. */
  readonly recoveredS: number;
}

export const WAITS = 1_000;
const JOBS = 10;
const WARM_UP = 50;
/** So many are started at once: a crowd of starts is no part of what a wait costs. */
const AT_ONCE = 50;
export const CANCELS = 40;
/** Of so many it is looked when another worker has taken them up. */
const LOOKED_AT = 50;
const ACTIVITY_STARTED = 2;

/** Endless executions of ten jobs, on one worker with a slot for each. */
export async function measureWaits(bench: Bench, form: Form): Promise<WaitFigures> {
  const jobs = Array.from({ length: JOBS }, (_, nth) => ({
    jobId: `endless-${nth}`,
    type: 'SCRIPT' as const,
    maxConcurrentRuns: WAITS + WARM_UP,
    executions: [{ never: true }],
  }));
  return await inStand(bench, form, { simulator: { jobs }, ...MANY_WAIT }, async (stand) => {
    const worker = await stand.startWorker();
    await startSome(stand, 0, WARM_UP);
    const before = await worker.rss();
    const handles = await startSome(stand, WARM_UP, WARM_UP + WAITS);
    const waitingKb = ((await worker.rss()) - before) / WAITS / 1_024;
    const cancelMs = await cancelSome(bench, stand, handles);
    const killedMs = performance.now();
    await worker.kill();
    await stand.startWorker();
    await untilTakenUp(handles.slice(CANCELS, CANCELS + LOOKED_AT));
    const recoveredS = (performance.now() - killedMs) / 1_000;
    return { waitingKb, cancelMs, recoveredS };
  });
}

async function startSome(stand: Stand, from: number, to: number): Promise<readonly ChainHandle[]> {
  const handles: ChainHandle[] = [];
  for (let next = from; next < to; next += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, to - next) }, (_, nth) =>
      stand.start([{ jobId: `endless-${(next + nth) % JOBS}`, run: `wait-${next + nth}` }]),
    );
    handles.push(...(await Promise.all(some)));
    await until(stand.simulator, () => stand.simulator.report().created === handles.length + from);
  }
  return handles;
}

/** One after the other, at any place between two heartbeats or looks. */
async function cancelSome(
  { seed }: Bench,
  { simulator }: Stand,
  handles: readonly ChainHandle[],
): Promise<readonly number[]> {
  const random = createRandom(seed);
  const took: number[] = [];
  for (const handle of handles.slice(0, CANCELS)) {
    await new Promise((resolve) => setTimeout(resolve, random() * 1_000));
    const canceledMs = Date.now();
    const cancels = simulator.report().cancels;
    await handle.cancel();
    await until(simulator, () => simulator.report().cancels > cancels);
    const arrivedMs = findArrival(simulator.log(), { operation: 'cancelJobExecution' }, canceledMs);
    took.push((arrivedMs ?? Date.now()) - canceledMs);
  }
  return took;
}

/** Waits until their pending activities run in a further attempt. */
async function untilTakenUp(handles: readonly WorkflowHandle[]): Promise<void> {
  for (const handle of handles) {
    for (;;) {
      const { raw } = await handle.describe();
      const isTakenUp = (raw.pendingActivities ?? []).some(
        ({ attempt, state }) => (attempt ?? 0) > 1 && Number(state) === ACTIVITY_STARTED,
      );
      if (isTakenUp) break;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

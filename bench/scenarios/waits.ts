import type { WorkflowHandle } from '@temporalio/client';
import { createRandom } from '../../simulator/seeded-random.js';
import type { Form } from '../forms/forms.js';
import type { Bench, ChainHandle, Stand } from '../stand.js';
import { findArrival, until } from './calls.js';
import { type Crowd, type HeldFigures, inCrowd } from './crowd.js';

/** What happens to many waits in one worker. */
export interface DisturbedFigures {
  /** Ms from the client's cancel of a workflow to the arrival of cancelJobExecution. */
  readonly cancelMs: readonly number[];
  /** From SIGKILL until the last wait was taken up by another worker, s. */
  readonly recoveredS: number;
}

export const CANCELS = 20;
/** Of so many it is looked when another worker has taken them up. */
export const LOOKED_AT = 50;
const ACTIVITY_STARTED = 2;

export const measureHeld = (bench: Bench, form: Form, crowd: Crowd): Promise<HeldFigures> =>
  inCrowd(bench, form, crowd, ({ figures }) => Promise.resolve(figures));

export const measureDisturbed = (
  bench: Bench,
  form: Form,
  crowd: Crowd,
): Promise<HeldFigures & DisturbedFigures> =>
  inCrowd(bench, form, crowd, async ({ figures, stand, worker, handles }) => {
    const cancelMs = await cancelSome(bench, stand, handles);
    const killedMs = performance.now();
    await worker.kill();
    await stand.startWorker();
    await untilTakenUp(handles.slice(CANCELS, CANCELS + LOOKED_AT));
    return { ...figures, cancelMs, recoveredS: (performance.now() - killedMs) / 1_000 };
  });

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

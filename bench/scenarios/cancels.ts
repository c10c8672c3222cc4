import { setTimeout as sleep } from 'node:timers/promises';
import type { LoggedCall } from '../../simulator/index.js';
import { createRandom } from '../../simulator/seeded-random.js';
import type { Form } from '../forms/forms.js';
import { type Bench, inStand, type Stand } from '../stand.js';
import { findArrival, until } from './calls.js';
import { IN_REAL_TIME } from './settings.js';

const RUNS = 36;
/** As long as the SDK holds back a heartbeat of 30 s: cancels fall anywhere between two beats. */
const SPREAD_MS = 24_000;

/** Ages count from the arrival of executeJob. */
const MIN_AGE_MS = 500;

/** What came of cancelled workflows. */
export interface CancelFigures {
  /** Ms from the client's cancel of a workflow to the arrival of cancelJobExecution, for each that came. */
  readonly arrivedMs: readonly number[];
  /** Executions that go on although their workflow has ended. */
  readonly leftRunning: number;
}

/** Cancels runs that wait for an execution without an end. */
export async function measureCancels(bench: Bench, form: Form): Promise<CancelFigures> {
  const random = createRandom(bench.seed);
  const runs = Array.from({ length: RUNS }, (_, nth) => ({
    jobId: `endless-${nth}`,
    ageMs: MIN_AGE_MS + random() * SPREAD_MS,
  }));
  const jobs = runs.map(({ jobId }) => ({
    jobId,
    type: 'SCRIPT' as const,
    executions: [{ never: true }],
  }));
  return await inStand(bench, form, { simulator: { jobs }, ...IN_REAL_TIME }, async (stand) => {
    await stand.startWorker();
    const arrived = await Promise.all(
      runs.map(({ jobId, ageMs }) => cancelOne(stand, jobId, ageMs)),
    );
    const { leftRunning } = stand.simulator.report();
    return { arrivedMs: arrived.filter((ms) => ms !== undefined), leftRunning };
  });
}

async function cancelOne(stand: Stand, jobId: string, ageMs: number): Promise<number | undefined> {
  const handle = await stand.start([{ jobId, run: jobId }]);
  const { simulator } = stand;
  const isPosted = (call: LoggedCall): boolean =>
    call.operation === 'executeJob' && call.jobId === jobId;
  await until(simulator, () => simulator.log().some(isPosted));
  await sleep(ageMs);
  const canceledAt = Date.now();
  await handle.cancel();
  await handle.result().catch(() => undefined); // it ends as cancelled
  const arrivedAt = findArrival(simulator.log(), { operation: 'cancelJobExecution', jobId });
  return arrivedAt === undefined ? undefined : arrivedAt - canceledAt;
}

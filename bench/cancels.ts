// From the cancel of a workflow to the cancel of its execution.
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../simulator/seeded-random.js';
import {
  type Bench,
  findArrival,
  type Form,
  inStand,
  PEERS,
  sideBySide,
  type Stand,
  type Topic,
  until,
} from './stand.js';
import { percentileRows, rowOf } from './table.js';

const RUNS = 36;
/**
 * Time for which the SDK delays a heartbeat with a timeout of 30 s, so that cancels come at any time between two
 * heartbeats.
 */
const SPREAD_MS = 24_000;
/** Least age of an execution at its cancel, from the arrival of executeJob. */
const MIN_AGE_MS = 500;

export const CANCELS: Topic = {
  measure: async (bench) => {
    const figures = await sideBySide(['ours', ...PEERS], (form) => measure(bench, form));
    const left = { measure: `executions left running after ${bench.size(RUNS, 4)} cancels` };
    return PEERS.flatMap((peer) => [
      ...percentileRows('cancel → remote cancel', figures.ours.arrivedMs, [
        ...([peer, figures[peer].arrivedMs] as const),
      ]),
      rowOf(
        { ...left, unit: 'executions', atMost: 0 },
        ...([figures.ours.leftRunning, figures[peer].leftRunning, peer] as const),
      ),
    ]);
  },
  settings: { runs: RUNS },
  notMeasured: ['Cancels during a start: test/crash and test/workflows do that to ours.'],
};

/** Cancels runs that wait for an execution without an end. */
async function measure(bench: Bench, form: Form) {
  const random = createRandom(bench.seed);
  const spreadMs = bench.size(SPREAD_MS, 2_000);
  const runs = Array.from({ length: bench.size(RUNS, 4) }, (_, nth) => ({
    jobId: `endless-${nth}`,
    ageMs: MIN_AGE_MS + random() * spreadMs,
  }));
  const jobs = runs.map(({ jobId }) => ({
    jobId,
    type: 'SCRIPT' as const,
    executions: [{ never: true }],
  }));
  return await inStand(bench, form, { simulator: { jobs } }, async (stand) => {
    await stand.startWorker();
    const arrived = await Promise.all(runs.map((run) => cancelOne(stand, run)));
    const { leftRunning } = stand.simulator.report();
    return { arrivedMs: arrived.filter((ms) => ms !== undefined), leftRunning };
  });
}

async function cancelOne(
  { simulator, start }: Stand,
  { jobId, ageMs }: { readonly jobId: string; readonly ageMs: number },
): Promise<number | undefined> {
  const handle = await start([{ jobId, run: jobId }]);
  await until(simulator, () => simulator.executions(jobId).length > 0);
  await sleep(ageMs);
  const canceledAt = Date.now();
  await handle.cancel();
  await handle.result().catch(() => undefined); // it ends as cancelled
  const arrivedAt = findArrival(simulator.log(), { operation: 'cancelJobExecution', jobId });
  return arrivedAt === undefined ? undefined : arrivedAt - canceledAt;
}

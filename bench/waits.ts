// A thousand waits in one worker: memory, CPU, calls, cancels and starts beside them, recovery after a kill.
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { createRandom } from '../simulator/seeded-random.js';
import {
  AT_LEISURE,
  type Held,
  type HeldFigures,
  inCrowd,
  IN_CROWD,
  SMALL_CACHE,
  startOne,
} from './crowd.js';
import {
  ACTIVITY,
  arrivalOf,
  type Bench,
  type Form,
  LOOP,
  PEERS,
  type Settings,
  type Stand,
  type Topic,
  until,
  USUAL_PACE,
} from './stand.js';
import { percentile, percentileRows, type Row, rowAgainst, rowOf } from './table.js';

const WAITS = 1_000;
/** Number of cancels, and of starts, one after the other. */
const DISTURBANCES = 20;
/** Number of waits whose recovery is read from the server. */
const LOOKED_AT = 50;
const ACTIVITY_STARTED = 2;
/** Heartbeat timeout of our waits, equal to that of the activity. */
const RECOVERY_MS = USUAL_PACE.heartbeatTimeoutMs;
/** Longest pause before a wait is given to another worker, with the start of that worker. */
const MAX_RETRY_S = 5;
const RECOVERED: Settings = {
  ...SMALL_CACHE,
  profile: { timings: { waitHeartbeatTimeoutMs: RECOVERY_MS } },
};
/** Memory of a deferred task, measured on a similar machine, not in this run. */
const AIRFLOW = { name: "Airflow 3.3.2's triggerer, measured apart", rssKb: 22 };

export const WAITING: Topic = {
  measure: async (bench) => {
    const waits = bench.size(WAITS, 40);
    const held = (form: Form, settings: Settings) =>
      inCrowd(bench, form, { waits, settings }, ({ figures }) => Promise.resolve(figures));
    const disturbed = (form: Form, settings: Settings) =>
      inCrowd(bench, form, { waits, settings }, (crowd) => disturb(bench, crowd));
    const ours = await held('ours', SMALL_CACHE);
    const usual = await held('ours', {});
    const loop = await held(LOOP, AT_LEISURE);
    const activity = await disturbed(ACTIVITY, {});
    const taken = await disturbed('ours', RECOVERED);
    const peers: Readonly<Record<(typeof PEERS)[number], HeldFigures>> = {
      [LOOP]: loop,
      [ACTIVITY]: activity,
    };
    const among = `${waits} in one worker`;
    return [
      ...memoryRows(among, { ours, usual, ...peers }),
      ...restRows(among, ours, peers),
      ...percentileRows(`cancel → remote cancel, ${among}`, taken.cancelMs, [
        ...([ACTIVITY, activity.cancelMs] as const),
      ]),
      rowAgainst(
        `cancel → remote cancel, ${among}, p95`,
        ...(['ms', percentile(taken.cancelMs, 0.95), 300] as const),
      ),
      ...percentileRows(`start of a workflow → its submit, beside ${among}`, taken.startMs, [
        ...([ACTIVITY, activity.startMs] as const),
      ]),
      rowAgainst(
        `recovery of ${waits} waits after SIGKILL`,
        ...(['s', taken.recoveredS, RECOVERY_MS / 1_000 + MAX_RETRY_S] as const),
      ),
      rowOf(
        { measure: `recovery of ${waits} waits after SIGKILL`, unit: 's' },
        ...([taken.recoveredS, activity.recoveredS, ACTIVITY] as const),
      ),
    ].filter(({ ours: figure }) => !Number.isNaN(figure)); // CPU of a server that was not started here is unknown
  },
  settings: {
    ...{ waits: WAITS, ...IN_CROWD, smallCache: SMALL_CACHE, loop: AT_LEISURE },
    cancelsStartsAndRecovery: RECOVERED,
  },
  notMeasured: [
    'Waits that are hours old: each is polled less often than here, in its first minutes.',
    'Resident memory is that of the whole process after the starts, without a forced collection.',
    'CPU is that of a minute, half a minute after the last start. That of the simulated service and of this bench is in no row.',
    `When a wait was taken up is read from the server, for ${LOOKED_AT} of them.`,
    'The activity polls each execution every 10 s, the loop every 60 s: every 10 s are more than the server carries.',
  ],
};

function memoryRows(
  among: string,
  figures: Readonly<Record<'ours' | 'usual' | (typeof PEERS)[number], HeldFigures>>,
): readonly Row[] {
  const small = { measure: `rss a wait, ${among}, ours with a cache of 100 workflows`, unit: 'KB' };
  const usual = { measure: `rss a wait, ${among}, default cache`, unit: 'KB' };
  const { rssKb } = figures.ours;
  return [
    rowAgainst(small.measure, small.unit, rssKb, 25),
    rowOf(small, rssKb, AIRFLOW.rssKb, AIRFLOW.name),
    ...PEERS.flatMap((peer) => [
      rowOf(small, rssKb, figures[peer].rssKb, peer),
      rowOf(
        { ...usual, ...(peer === LOOP && { ratioAtMost: 0.8 }) },
        ...([figures.usual.rssKb, figures[peer].rssKb, peer] as const),
      ),
    ]),
  ];
}

const AT_REST = [
  ['heap of a wait that a collection leaves', 'KB', 'heapKb'],
  ['CPU of the worker', '% of a core', 'workerCpu'],
  ['CPU of the Temporal server', '% of a core', 'serverCpu'],
  ['calls to the service', 'calls/min', 'callsPerMinute'],
] as const;

const restRows = (
  among: string,
  ours: HeldFigures,
  peers: Readonly<Record<(typeof PEERS)[number], HeldFigures>>,
): readonly Row[] =>
  AT_REST.flatMap(([what, unit, key]) =>
    PEERS.map((peer) =>
      rowOf({ measure: `${what}, ${among}`, unit }, ours[key], peers[peer][key], peer),
    ),
  );

/** Cancels some waits, starts others beside the rest, kills the worker. */
async function disturb(bench: Bench, { figures, stand, worker, handles }: Held) {
  const random = createRandom(bench.seed);
  const count = bench.size(DISTURBANCES, 3);
  const pause = () => sleep(random() * 1_000); // at any time between two heartbeats or polls
  const cancelMs: number[] = [];
  for (const handle of handles.slice(0, count)) {
    await pause();
    cancelMs.push(await cancelOne(stand, handle));
  }
  const startMs: number[] = [];
  for (let nth = 0; nth < count; nth += 1) {
    await pause();
    startMs.push(await submitOne(stand, 1e6 + nth));
  }
  const killedMs = performance.now();
  await worker.kill();
  await stand.startWorker();
  await untilTakenUp(handles.slice(count, count + LOOKED_AT));
  return { ...figures, cancelMs, startMs, recoveredS: (performance.now() - killedMs) / 1_000 };
}

/** Ms from the client's cancel of a workflow to the arrival of cancelJobExecution. */
async function cancelOne({ simulator }: Stand, handle: WorkflowHandle): Promise<number> {
  const canceledMs = Date.now();
  const { cancels } = simulator.report();
  await handle.cancel();
  await until(simulator, () => simulator.report().cancels > cancels);
  return arrivalOf(simulator.log(), { operation: 'cancelJobExecution' }, canceledMs) - canceledMs;
}

/** Ms from the client's start of a workflow to the arrival of executeJob. */
async function submitOne(stand: Stand, nth: number): Promise<number> {
  const { simulator } = stand;
  const startedMs = Date.now();
  const { posts } = simulator.report();
  const handle = await startOne(stand, nth);
  await until(simulator, () => simulator.report().posts > posts);
  const tookMs = arrivalOf(simulator.log(), { operation: 'executeJob' }, startedMs) - startedMs;
  await handle.terminate('its start has been measured');
  return tookMs;
}

/** Waits until their pending activities run in a later attempt. */
async function untilTakenUp(handles: readonly WorkflowHandle[]): Promise<void> {
  for (const handle of handles) {
    for (;;) {
      const { raw } = await handle.describe();
      const isTakenUp = (raw.pendingActivities ?? []).some(
        ({ attempt, state }) => (attempt ?? 0) > 1 && Number(state) === ACTIVITY_STARTED,
      );
      if (isTakenUp) break;
      await sleep(200);
    }
  }
}

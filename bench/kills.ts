// Duplicates and lost runs while workers are killed and answers to starts are lost.
import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { Fault, JobScript } from '../simulator/index.js';
import { createRandom } from '../simulator/seeded-random.js';
import { RUN_PARAMETER } from './forms/request.js';
import {
  type Bench,
  type Form,
  inStand,
  inTurn,
  PEERS,
  type Settings,
  type Stand,
  type Topic,
} from './stand.js';
import { rowOf } from './table.js';

const KILLS = 50;
const WORKERS = 2;
/** Runs requested before each kill, for every form and machine. */
const RUNS_PER_KILL = 5;
/** Longest pause after each requested run. */
const MAX_PAUSE_MS = 300;
/** Longer than any recovery with these settings. */
const DRAIN_MS = 90_000;
const JOBS = 6;
const EXECUTIONS = 80;

/**
 * A start takes 200 ms. Of a hundred, 5 lose their answer, 3 are carried out and answered 503, and 2 are answered 503
 * and not carried out.
 */
const FAULTS: readonly Fault[] = [
  { on: 'executeJob', probability: 0.05, then: { drop: 'after' } },
  { on: 'executeJob', probability: 0.03, then: { status: 503, handled: true } },
  { on: 'executeJob', probability: 0.02, then: { status: 503 } },
  { on: 'getJobExecutionById', probability: 0.02, then: { status: 503 } },
  { on: 'executeJob', then: { delayMs: 200, at: 'answer' } },
];

type Random = () => number;
const jobId = (nth: number): string => `job-${nth % JOBS}`;

/** Jobs of 0.4 to 2 s that complete, without a limit of executions. */
const jobsBy = (random: Random): readonly JobScript[] =>
  Array.from({ length: JOBS }, (_, nth) => ({
    jobId: jobId(nth),
    maxConcurrentRuns: 1_000,
    submissionParameter: RUN_PARAMETER,
    executions: Array.from({ length: EXECUTIONS }, () => ({
      waitingMs: 100 + Math.round(random() * 100),
      runningMs: 300 + Math.round(random() * 1_500),
    })),
  }));

/** Recovery takes seconds, so that many kills take little time. */
const SETTINGS: Settings = {
  pace: { pollMs: 250, heartbeatTimeoutMs: 5_000, callTimeoutMs: 10_000 },
  profile: {
    timings: {
      ...{ permitTtlMs: 5_000, submitTimeoutMs: 3_000, maxListingDelayMs: 1_000 },
      ...{ waitHeartbeatTimeoutMs: 5_000, minPollMs: 100, maxPollMs: 500 },
    },
    callsPerSecond: 100,
  },
};

export const KILLED: Topic = {
  measure: async (bench) => {
    const figures = await inTurn(['ours', ...PEERS], (form) => measure(bench, form));
    const kills = bench.size(KILLS, 2);
    const over = `over ${kills} worker kills and lost answers, of ${kills * RUNS_PER_KILL} runs`;
    return PEERS.flatMap((peer) => [
      rowOf(
        { measure: `duplicates ${over}`, unit: 'executions', atMost: 0 },
        ...([figures.ours.duplicates, figures[peer].duplicates, peer] as const),
      ),
      rowOf(
        { measure: `lost runs ${over}`, unit: 'runs', atMost: 0 },
        ...([figures.ours.lost, figures[peer].lost, peer] as const),
      ),
    ]);
  },
  settings: {
    ...{
      ...SETTINGS,
      kills: KILLS,
      runsPerKill: RUNS_PER_KILL,
      workers: WORKERS,
      drainMs: DRAIN_MS,
    },
    lostAnswers: '5 % of starts: no answer; 3 %: 503, carried out; 2 %: 503, not carried out',
  },
  notMeasured: [
    'How soon a killed worker is replaced: by default the wait of ours is taken over after 300 s, that of the heartbeating ' +
      'activity after 30 s; here both after 5 s.',
    'Workers that freeze and come back, answers that arrive late, jobs that refuse a second run at once: test/crash and ' +
      'test/workflows do that to ours; the peers would need defining first.',
  ],
};

/** Requests runs and kills workers at random times, then waits for all runs. */
async function measure(bench: Bench, form: Form) {
  bench.say(`kills: ${form} …`);
  const random = createRandom(bench.seed);
  const simulator = { jobs: jobsBy(random), faults: FAULTS, seed: bench.seed };
  return await inStand(bench, form, { simulator, ...SETTINGS }, async (stand) => {
    const handles = await runUnderKills(stand, random, bench.size(KILLS, 2));
    const completed = await Promise.all(handles.map(completes));
    return {
      /** Executions beyond the first one of a requested run. */
      duplicates: stand.simulator.report().duplicates,
      /** Requested runs whose workflow did not end with a completed execution, within {@link DRAIN_MS} of the last kill. */
      lost: completed.filter((is) => !is).length,
    };
  });
}

/** Requests some runs, kills a worker and replaces it. Repeats when the new worker polls. */
async function runUnderKills(
  stand: Stand,
  random: Random,
  kills: number,
): Promise<readonly WorkflowHandle[]> {
  const workers = await Promise.all(Array.from({ length: WORKERS }, () => stand.startWorker()));
  const handles: WorkflowHandle[] = [];
  for (let kill = 0; kill < kills; kill += 1) {
    for (let nth = 0; nth < RUNS_PER_KILL; nth += 1) {
      const run = `${stand.form}-${handles.length}`;
      handles.push(await stand.start([{ jobId: jobId(handles.length), run }]));
      await sleep(random() * MAX_PAUSE_MS);
    }
    const victim = Math.floor(random() * WORKERS);
    await workers[victim]!.kill();
    workers[victim] = await stand.startWorker();
  }
  return handles;
}

/** Whether a run completes in time. A run that does not is terminated. */
async function completes(handle: WorkflowHandle): Promise<boolean> {
  const tooLate = new AbortController();
  const ended = handle.result().then(
    () => true,
    () => false,
  );
  const givenUp = sleep(DRAIN_MS, false, { signal: tooLate.signal }).catch(() => false);
  const isCompleted = await Promise.race([ended, givenUp]);
  tooLate.abort();
  if (!isCompleted) await handle.terminate('not completed in time').catch(() => undefined);
  return isCompleted;
}

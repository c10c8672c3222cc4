import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, JobScript } from '../../simulator/index.js';
import { createRandom } from '../../simulator/seeded-random.js';
import { RUN_PARAMETER } from '../forms/chain.js';
import type { Form } from '../forms/forms.js';
import { type Bench, type ChainHandle, inStand, type Stand } from '../stand.js';
import { UNDER_KILLS } from './settings.js';

/** What came of the runs while workers were killed. */
export interface KillFigures {
  readonly requested: number;
  /** Executions beyond the first one of a requested run. */
  readonly duplicates: number;
  /** Requested runs whose workflow did not end with a completed execution, within {@link DRAIN_MS} of the last kill. */
  readonly lost: number;
}

export const KILLS = 50;
const WORKERS = 2;
/** Runs requested before each kill: the same number for every form, however fast the machine is. */
export const RUNS_PER_KILL = 5;
/** Longest pause after each of them. */
const MAX_PAUSE_MS = 300;
/** Longer than any recovery of any form with these settings. */
export const DRAIN_MS = 90_000;
const JOBS = 6;
const EXECUTIONS = 80;

/** A start takes 200 ms; of a hundred 5 lose their answer, 3 are carried out and answered 503, 2 are not carried out. */
const FAULTS: readonly Fault[] = [
  { on: 'executeJob', probability: 0.05, then: { drop: 'after' } },
  { on: 'executeJob', probability: 0.03, then: { status: 503, handled: true } },
  { on: 'executeJob', probability: 0.02, then: { status: 503 } },
  { on: 'getJobExecutionById', probability: 0.02, then: { status: 503 } },
  { on: 'executeJob', then: { delayMs: 200, at: 'answer' } },
];

type Random = () => number;
const jobId = (nth: number): string => `job-${nth % JOBS}`;

/** Jobs of 0.4 to 2 s that always complete, and may run as often at once as they like. */
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

/** Requests runs and kills workers, in turn and at random moments; then waits for all the runs. */
export async function measureKills(bench: Bench, form: Form): Promise<KillFigures> {
  const random = createRandom(bench.seed);
  const simulator = { jobs: jobsBy(random), faults: FAULTS, seed: bench.seed };
  return await inStand(bench, form, { simulator, ...UNDER_KILLS }, async (stand) => {
    const handles = await runUnderKills(stand, random);
    const completed = await Promise.all(handles.map(completes));
    return {
      requested: handles.length,
      duplicates: stand.simulator.report().duplicates,
      lost: completed.filter((is) => !is).length,
    };
  });
}

/** Requests some runs, kills one of the workers, replaces it at once, and again when the new one polls. */
async function runUnderKills(stand: Stand, random: Random): Promise<readonly ChainHandle[]> {
  const workers = await Promise.all(Array.from({ length: WORKERS }, () => stand.startWorker()));
  const handles: ChainHandle[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
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

/** Whether a run completes in time; one that does not is given up. */
async function completes(handle: ChainHandle): Promise<boolean> {
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

import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { startPipeline, type StartPipelineInput } from '../../worker/start-pipeline.js';
import { inSoak } from '../support/in-soak.js';
import { until } from '../support/until.js';
import { inScene, type Scene } from './scene.js';

const IN_TEN_MINUTES = 600_000;
const SEED = process.env['CRASH_SEED'] ?? String(Date.now());
const KEY = 'run';
const KILLS = inSoak(3, 20);

/** A number from 0 to 1, the same for the same seed and name. */
const chance = (name: string): number =>
  createHash('sha256').update(`${SEED} ${name}`).digest().readUInt32BE() / 2 ** 32;

const JOBS = ['extract', 'clean', 'join', 'publish'].map((jobId) => ({
  ...{ jobId, name: jobId, type: 'SCRIPT' as const },
  ...{ maxConcurrentRuns: 20, submissionParameter: KEY },
  executions: [{ waitingMs: 100, runningMs: 2_500 }],
}));

/** Twelve steps in four layers, each needing two of the layer before. */
function twelveSteps(): StartPipelineInput['pipeline'] {
  const steps = Array.from({ length: 12 }, (_, nth) => {
    const layer = Math.floor(nth / 3);
    const needs =
      layer === 0 ? [] : [nth - 3, 3 * (layer - 1) + ((nth + 1) % 3)].map((it) => `s${it}`);
    return [`s${nth}`, { job: JOBS[layer]!.jobId, needs }] as const;
  });
  return {
    pipeline: 'twelve',
    concurrency: 4,
    defaults: { runKeyParameter: KEY },
    steps: Object.fromEntries(steps),
  };
}

/** Kills the worker at random moments and replaces it; returns how often. */
async function killRepeatedly(scene: Scene, over: AbortSignal): Promise<number> {
  let worker = await scene.startWorker();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const calls = scene.simulator.log().length;
    const enough = calls + Math.round(chance(`kill ${kill}`) * 12);
    await until(() => over.aborted || scene.simulator.log().length >= enough);
    if (over.aborted) return kill;
    await worker.end('SIGKILL');
    worker = await scene.startWorker();
  }
  return KILLS;
}

it(
  `a pipeline of twelve steps whose worker is killed up to ${KILLS} times has each execution once, and completes`,
  ({ annotate }) =>
    inScene(
      { jobs: JOBS, timings: { permitTtlMs: 5_000, submitTimeoutMs: 3_000 } },
      async (scene) => {
        await annotate(`CRASH_SEED=${SEED}`);
        const over = new AbortController();
        const killing = killRepeatedly(scene, over.signal);
        const { handle } = await startPipeline(scene.client, {
          pipeline: twelveSteps(),
          taskQueue: scene.taskQueue,
          continueAfterEvents: 150,
        });
        const { steps } = await handle.result();
        over.abort();
        expect(await killing, `kills, seed ${SEED}`).toBeGreaterThanOrEqual(2);
        expect(
          Object.values(steps).map(({ status }) => status),
          `seed ${SEED}`,
        ).toEqual(Array.from({ length: 12 }, () => 'succeeded'));
        const { duplicates, leftRunning, accepted } = scene.simulator.report();
        expect({ duplicates, leftRunning, accepted }, `seed ${SEED}`).toEqual({
          duplicates: 0,
          leftRunning: 0,
          accepted: 12,
        });
        const ids = scene.simulator.executions().map(({ executionId }) => executionId);
        const told = Object.values(steps).map(({ executionId }) => executionId);
        expect(told.toSorted(), `seed ${SEED}`).toEqual(ids.toSorted());
      },
    ),
  IN_TEN_MINUTES,
);

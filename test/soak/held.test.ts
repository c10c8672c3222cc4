import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { DEFAULT_TIMINGS } from '../../contract/timings.js';
import { underLoad, untilEnded } from '../crash/load.js';
import { mostWithin } from '../support/most-within.js';
import type { WorkerProcess } from '../support/worker-process.js';

/** SOAK_SCALE=0.1 has a tenth of the executions, in a tenth of the time. */
const SCALE = Number(process.env['SOAK_SCALE'] ?? '1');
const IN_TWO_HOURS = 7_200_000;
const EXECUTIONS = 10_000 * SCALE;
const CALLS_PER_SECOND = 100;

/** Resident memory of a worker, itself included, KB. */
async function rssKb({ child }: WorkerProcess): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(child.pid)]);
  return Number(stdout);
}

describe(`${EXECUTIONS} executions that one worker waits for`, () => {
  it(
    'are held in its memory, with calls within the budget, and each ends as the service says',
    () => {
      const { minPollMs, maxPollMs, waitHeartbeatTimeoutMs } = DEFAULT_TIMINGS;
      const load = {
        ...{
          executions: EXECUTIONS,
          jobs: 20,
          endsOverMs: 300_000 * SCALE,
          waitHeartbeatTimeoutMs,
        },
        ...{ kills: 0, signal: 'SIGTERM' as const, faults: [] },
        ...{ workers: 1, atOnce: 50, headStartMs: EXECUTIONS * 180 + 30_000 },
        startsOverMs: EXECUTIONS * 120,
        timings: { minPollMs, maxPollMs },
        callsPerSecond: CALLS_PER_SECOND,
        env: { DATAFLOW_MAX_CACHED_WORKFLOWS: '100' },
      };
      return underLoad(load, async (waiting) => {
        const { scene, workers } = waiting;
        const { simulator } = scene;
        const fromMs = Date.now();
        const eachKb = (await rssKb(workers[0]!)) / EXECUTIONS;
        const { leftRunning: held } = simulator.report();
        await untilEnded(scene, EXECUTIONS);
        const since = simulator.log().flatMap(({ atMs }) => (atMs >= fromMs ? [atMs] : []));
        console.log({ held, eachKb, perMinute: mostWithin(60_000, since) });
        expect(held).toBeGreaterThan(EXECUTIONS * 0.95);
        await waiting.settled();
      });
    },
    IN_TWO_HOURS,
  );
});

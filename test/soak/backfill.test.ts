import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { withOwnTemporal } from '../crash/own-temporal.js';
import {
  daysOf,
  expectEachOnce,
  loadJob,
  nightly,
  progressOf,
  startedBackfill,
} from '../crash/killed-backfill.js';
import { inScene, type Scene } from '../crash/scene.js';

const DAYS = daysOf('2026-03-01', 60);
const KILL_EVERY_MS = 20_000;

/** Kills the worker every 20 s until the backfill has ended; gives how often. */
async function killRepeatedly(scene: Scene, over: AbortSignal): Promise<number> {
  for (let kills = 0; ; kills += 1) {
    const worker = await scene.startWorker();
    await setTimeout(KILL_EVERY_MS, undefined, { signal: over }).catch(() => undefined);
    if (over.aborted) return kills;
    await worker.end('SIGKILL');
  }
}

it('a backfill of 60 dates whose worker is killed every 20 s, and whose Temporal is killed and restarted once, runs each date once', () =>
  withOwnTemporal((temporal) =>
    inScene({ jobs: [loadJob(6_000)], temporal }, async (scene) => {
      const over = new AbortController();
      const killing = killRepeatedly(scene, over.signal);
      const handle = await startedBackfill(
        scene,
        nightly(scene),
        { from: DAYS[0]!, to: DAYS.at(-1)!, maxActive: 3 },
        150,
      );
      const isHalfDone = async (): Promise<boolean> =>
        (await progressOf(handle).catch(() => undefined))?.waiting === 30 ||
        scene.simulator.executions().length >= 30;
      while (!(await isHalfDone())) await setTimeout(1_000);
      temporal.kill();
      await setTimeout(5_000);
      await temporal.restart();
      const result = await handle.result();
      over.abort();
      expect(await killing).toBeGreaterThan(1);
      expect(result).toMatchObject({ total: 60, succeeded: 60, failed: 0 });
      expectEachOnce(scene, DAYS);
    }),
  ));

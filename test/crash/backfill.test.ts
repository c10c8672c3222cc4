import type { WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { PIPELINE_UPDATES } from '../../contract/names.js';
import { startPipeline } from '../../worker/start-pipeline.js';
import { until } from '../support/until.js';
import {
  datesRun,
  daysOf,
  expectEachOnce,
  loadJob,
  nightly,
  progressOf,
  startedBackfill,
} from './killed-backfill.js';
import { inScene, type Scene } from './scene.js';

const FROM = '2026-03-01';
const DAYS = daysOf(FROM, 8);
const RANGE = { from: FROM, to: DAYS.at(-1)! };
const TIMINGS = { permitTtlMs: 5_000, submitTimeoutMs: 3_000 };

/** Waits for so many executions. */
const haveStarted = ({ simulator }: Scene, count: number): Promise<void> =>
  until(() => simulator.executions().length >= count);

describe('a backfill (S5)', () => {
  it('runs each date once, though its worker is killed, somebody runs a date at once, and it continues as new', () =>
    inScene({ jobs: [loadJob(1_500)], timings: TIMINGS }, async (scene) => {
      const pipeline = nightly(scene);
      let worker = await scene.startWorker();
      const handle = await startedBackfill(scene, pipeline, { ...RANGE, maxActive: 3 }, 40);
      // 03:00 of 5 March in Seoul, as the schedule would start it.
      const byHand = startPipeline(scene.client, {
        ...{ pipeline, taskQueue: scene.taskQueue, scheduledAt: '2026-03-04T18:00:00Z' },
      });
      for (const count of [2, 5]) {
        await haveStarted(scene, count);
        await worker.end('SIGKILL');
        worker = await scene.startWorker();
      }
      const result = await handle.result();
      await (await byHand).handle.result();
      expect(result).toMatchObject({ total: 8, failed: 0, canceled: 0, failures: [] });
      expect(result.succeeded + result.present).toBe(8);
      expectEachOnce(scene, DAYS);
      expect(await progressOf(handle)).toMatchObject({ phase: 'ended', running: [], waiting: 0 });

      const again = await startedBackfill(scene, pipeline, {
        ...{ from: FROM, to: '2026-03-09', reprocess: 'missing' },
      });
      expect(await again.result()).toMatchObject({ total: 1, succeeded: 1 });
      expectEachOnce(scene, daysOf(FROM, 9));
    }));

  it('starts nothing while it is paused; a cancel stops its runs, and the dates that wait never start', () =>
    inScene({ jobs: [loadJob(600_000)], timings: TIMINGS }, async (scene) => {
      const worker = await scene.startWorker();
      const handle = await startedBackfill(scene, nightly(scene), { ...RANGE, maxActive: 2 });
      await haveStarted(scene, 2);
      await handle.executeUpdate(PIPELINE_UPDATES.pause, { args: [{}] });
      expect(await progressOf(handle)).toMatchObject({ phase: 'paused', waiting: 6 });
      await handle.cancel();
      await worker.end('SIGKILL');
      await scene.startWorker();
      const failure = await handle.result().catch((error: unknown) => error);
      expect((failure as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
      expect(await progressOf(handle)).toMatchObject({
        ...{ phase: 'canceled', canceled: 2, waiting: 6, running: [] },
      });
      expect(datesRun(scene)).toEqual(DAYS.slice(0, 2));
      expect(scene.simulator.report()).toMatchObject({ leftRunning: 0, duplicates: 0 });
      expect(scene.simulator.executions().map(({ status }) => status)).toEqual([
        'CANCELED',
        'CANCELED',
      ]);
    }));
});

import type { WorkflowHandle } from '@temporalio/client';
import { expect, it } from 'vitest';
import type { BackfillProgress } from '../../contract/backfill.js';
import { BACKFILL_QUERY } from '../../contract/names.js';
import type { WrittenPipeline } from '../../pipeline/index.js';
import { planBackfill, startBackfill, type BackfillOptions } from '../../worker/start-backfill.js';
import { until } from '../support/until.js';
import { inWorld } from '../support/world.js';

const MARCH = { from: '2026-03-01', to: '2026-03-03' };
const SECOND = '2026-03-01T18:00:00Z'; // 03:00 of 2 March in Seoul

it('a backfill names what failed; asked again it leaves that alone, and with reprocess failed runs it alone', () => {
  const dates: string[] = [];
  let isBroken = true;
  const activities = {
    load: ({ date }: { readonly date: string }) => {
      dates.push(date);
      if (isBroken && date === '2026-03-02') return Promise.reject(new Error('no such partition'));
      return Promise.resolve({ date });
    },
  };
  return inWorld({ worker: { activities }, record: 'backfill' }, async (world) => {
    const { client, taskQueue } = world;
    const pipeline: WrittenPipeline = {
      pipeline: `p-${taskQueue.slice(-12)}`,
      schedule: { cron: '0 3 * * *', timezone: 'Asia/Seoul' },
      steps: {
        load: {
          ...{ activity: 'load', with: { date: '${{ run.date }}' } },
          retry: { maximumAttempts: 1 },
        },
      },
    };
    const plan = (options: Partial<BackfillOptions> = {}) =>
      planBackfill(client, pipeline, { ...MARCH, taskQueue, ...options });
    const start = async (of: Awaited<ReturnType<typeof plan>>): Promise<WorkflowHandle> => {
      const { handle } = await startBackfill(client, of);
      world.note(handle);
      return handle;
    };

    const first = await start(await plan({ maxActive: 1, newestFirst: true }));
    expect(await first.result()).toMatchObject({
      ...{ total: 3, succeeded: 2, failed: 1, present: 0 },
      failures: [{ runId: `dataflow/${pipeline.pipeline}/at-${SECOND}`, outcome: 'failed' }],
    });
    expect(dates).toEqual(['2026-03-03', '2026-03-02', '2026-03-01']);
    expect(await first.query<BackfillProgress>(BACKFILL_QUERY)).toMatchObject({ phase: 'ended' });

    // Temporal lists an end a moment later.
    await until(async () => (await plan()).left.failed.length === 1);
    const second = await plan();
    expect(second.times).toEqual([]);
    expect(second.left).toMatchObject({ failed: [SECOND], running: [], mayStillRun: [] });
    isBroken = false;
    const again = await plan({ reprocess: 'failed' });
    expect(again.times).toEqual([SECOND]);
    expect(await (await start(again)).result()).toMatchObject({ total: 1, succeeded: 1 });
    expect(dates.slice(3)).toEqual(['2026-03-02']);
  });
});

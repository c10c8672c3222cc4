import { describe, expect, it } from 'vitest';
import type { DataFlowClient } from '../../../client/client.js';
import { createNewestReader } from '../../../polling/newest-executions.js';
import { createCapacityWatcher } from '../../../polling/capacity-watcher.js';
import type { FailureType } from '../../../contract/failures.js';
import { FakeCallError } from './fake-service.js';
import { ManualClock, settle } from './manual-clock.js';
import { settings } from './usual-settings.js';

/** A job that takes one execution at a time, and one that runs for a hundred seconds. */
const aWatch = () => {
  const clock = new ManualClock();
  const endMs = clock.nowMs() + 100_000;
  const row = () => ({ jobExecutionId: 'e', status: clock.nowMs() < endMs ? 'RUNNING' : 'FAILED' });
  const answers: Readonly<Record<string, () => unknown>> = {
    getJobById: () => ({ status: 'READY', maxConcurrentRuns: 1 }),
    getJobExecutions: () => ({ list: [row()], limit: 100, count: 1 }),
  };
  const client = {
    call: (name: string) => Promise.resolve({ output: answers[name]!(), dateMs: undefined }),
  } as unknown as DataFlowClient;
  const newest = createNewestReader(client);
  return { clock, watch: createCapacityWatcher({ client, newest, settings, clock }) };
};

describe('free', () => {
  it('resolves once the job takes another execution', async () => {
    const { clock, watch } = aWatch();
    const { signal } = new AbortController();
    const free = watch.free('job', { signal }).then((active) => [active, clock.nowMs()]);
    const startMs = clock.nowMs();
    await clock.advance(300_000);
    const [active, atMs = 0] = await free;
    expect(active).toBe(0);
    expect(atMs - startMs).toBeGreaterThanOrEqual(100_000);
    expect(clock.timers).toBe(0);
  });

  it('leaves no timer behind when the last one who waits leaves: a worker that stops would live on for it', async () => {
    const { clock, watch } = aWatch();
    const leaving = new AbortController();
    const left = watch.free('job', { signal: leaving.signal });
    await clock.advance(30_000);
    expect(clock.timers).toBe(1);
    leaving.abort(new Error('worker stops'));
    await expect(left).rejects.toThrow('worker stops');
    expect(clock.timers).toBe(0);
  });

  /** A watch of a service that answers nothing but this failure from the second reading on. */
  const aFailingWatch = (failure: FailureType) => {
    const clock = new ManualClock();
    let readings = 0;
    const client = {
      call: (name: string) => {
        readings += name === 'getJobById' ? 1 : 0;
        return readings > 1
          ? Promise.reject(new FakeCallError(failure))
          : Promise.resolve({ output: { status: 'RUNNING', list: [], limit: 100, count: 0 } });
      },
    } as unknown as DataFlowClient;
    const newest = createNewestReader(client);
    return { clock, watch: createCapacityWatcher({ client, newest, settings, clock }) };
  };

  it.each<FailureType>(['DataFlowUnauthenticated', 'DataFlowForbidden'])(
    'tells that keys are refused (%s), and gives up after ten minutes of it (C7)',
    async (failure) => {
      const { clock, watch } = aFailingWatch(failure);
      const told: unknown[] = [];
      const ends: unknown[] = [];
      const { signal } = new AbortController();
      const free = watch.free('job', { signal, onRead: (error) => told.push(error) });
      void free.catch((error: unknown) => ends.push(error));
      await clock.advance(9 * 60_000);
      expect(told[0]).toBeUndefined();
      expect(told.at(-1)).toBe(`fake ${failure}`);
      expect(ends).toEqual([]);
      await clock.advance(3 * 60_000);
      expect(ends).toMatchObject([{ failure }]);
      expect(clock.timers).toBe(0);
    },
  );

  it('waits for as long as it takes while the service cannot be reached, and tells so (C7)', async () => {
    const { clock, watch } = aFailingWatch('DataFlowUnavailable');
    const told: unknown[] = [];
    const leaving = new AbortController();
    const left = watch.free('job', { signal: leaving.signal, onRead: (error) => told.push(error) });
    await clock.advance(24 * 3_600_000);
    expect(told.at(-1)).toBe('fake DataFlowUnavailable');
    leaving.abort(new Error('leaves'));
    await expect(left).rejects.toThrow('leaves');
  });

  it('serves one who comes right after the last one has left', async () => {
    const { clock, watch } = aWatch();
    const leaving = new AbortController();
    const left = watch.free('job', { signal: leaving.signal });
    await clock.advance(30_000);
    leaving.abort(new Error('worker stops'));
    const { signal } = new AbortController();
    const free = watch.free('job', { signal });
    await expect(left).rejects.toThrow('worker stops');
    await settle();
    await clock.advance(300_000);
    expect(await free).toBe(0);
    expect(clock.timers).toBe(0);
  });
});

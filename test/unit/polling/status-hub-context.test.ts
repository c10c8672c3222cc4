import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import { createRateLimiter } from '../../../polling/rate-limiter.js';
import { createStatusHub } from '../../../polling/status-hub.js';
import { FakeService } from './fake-service.js';
import { ManualClock } from './manual-clock.js';
import { settings } from './usual-settings.js';

const activity = new AsyncLocalStorage<string>();

const aHub = () => {
  const clock = new ManualClock();
  const service = new FakeService(clock);
  const seenByCalls: unknown[] = [];
  const seenByTimers: unknown[] = [];
  service.fate = () => {
    seenByCalls.push(activity.getStore());
    return { takesMs: 10 };
  };
  const watchedClock = {
    nowMs: () => clock.nowMs(),
    setTimer: (act: () => void, ms: number) => {
      seenByTimers.push(activity.getStore());
      return clock.setTimer(act, ms);
    },
  };
  const rateLimiter = createRateLimiter({ callsPerSecond: 1, clock: watchedClock });
  const hub = createStatusHub({
    client: service.client,
    settings,
    rateLimiter,
    clock: watchedClock,
  });
  const run = (executionId: string) => {
    const createdMs = clock.nowMs();
    const fate = { createdMs, endMs: createdMs + 5_000, end: 'COMPLETED' } as const;
    service.executions.push({ jobId: executionId, executionId, ...fate });
    return { jobId: executionId, executionId, createdMs };
  };
  return { clock, hub, run, seenByCalls, seenByTimers };
};

describe('createStatusHub', () => {
  it.each(['outside of activities', 'inside an activity'])(
    'made %s, runs calls and timers in no activity, whoever waits, gives up or nudges',
    async (where) => {
      const made = where === 'inside an activity' ? activity.run('the maker', aHub) : aHub();
      const { clock, hub, run, seenByCalls, seenByTimers } = made;
      const giveUp = new AbortController();
      const waits = activity.run('an activity', () => [
        hub.wait(run('e1')),
        hub.wait(run('e2')),
        hub.wait(run('e3'), { signal: giveUp.signal }).catch(() => undefined),
      ]);
      await clock.advance(3_000);
      activity.run('another activity', () => {
        hub.nudge('e1', 'e1');
        giveUp.abort();
      });
      await clock.advance(30_000);
      await Promise.all(waits);
      expect(seenByCalls.length).toBeGreaterThan(3);
      expect(seenByTimers.length).toBeGreaterThan(3);
      expect(new Set([...seenByCalls, ...seenByTimers])).toEqual(new Set([undefined]));
    },
  );

  it('tells each caller in its own context', async () => {
    const { clock, hub, run } = aHub();
    const told: unknown[] = [];
    const wait = (name: string) =>
      activity.run(name, async () => {
        await hub.wait(run(name), { onStatus: () => told.push(activity.getStore()) });
        return activity.getStore();
      });
    const waits = [wait('a'), wait('b')];
    await clock.advance(20_000);
    expect(await Promise.all(waits)).toEqual(['a', 'b']);
    expect(new Set(told)).toEqual(new Set(['a', 'b']));
  });
});

import { describe, expect, it } from 'vitest';
import { afterAnswer, afterThrottled, fullRate } from '../../../polling/rate-limiter.js';
import { createRateLimiter, type Priority } from '../../../polling/rate-limiter.js';
import { rateLimitedClient } from '../../../polling/rate-limited-client.js';
import { FakeCallError, FakeService } from './fake-service.js';
import { ManualClock, settle } from './manual-clock.js';

const NOW_MS = 1_000_000;

describe('the rate of calls', () => {
  it('is halved at once by a 429, and by a burst of them once', () => {
    const once = afterThrottled(fullRate(8), undefined, NOW_MS);
    expect(once.perSecond).toBe(4);
    expect(afterThrottled(once, undefined, NOW_MS + 900).perSecond).toBe(4);
    expect(afterThrottled(once, undefined, NOW_MS + 1_000).perSecond).toBe(2);
  });

  it('rises slowly while calls are answered: from half to the whole in five minutes', () => {
    let rate = afterThrottled(fullRate(8), undefined, NOW_MS);
    for (let second = 1; second <= 299; second += 1) {
      rate = afterAnswer(rate, NOW_MS + 1_000 * second);
    }
    expect(rate.perSecond).toBeGreaterThan(7.9);
    expect(rate.perSecond).toBeLessThan(8);
    expect(afterAnswer(rate, NOW_MS + 301_000).perSecond).toBe(8);
  });

  it('does not rise by silence', () => {
    const rate = afterThrottled(fullRate(8), undefined, NOW_MS);
    expect(afterAnswer(rate, NOW_MS + 3_600_000).perSecond).toBeLessThan(4.1);
  });

  it('never falls to nothing', () => {
    let rate = fullRate(8);
    for (let n = 0; n < 50; n += 1) rate = afterThrottled(rate, undefined, NOW_MS + 1_000 * n);
    expect(rate.perSecond).toBe(0.25);
  });
});

describe('the budget of a service that answers 429', () => {
  const throttledBudget = async (retryAfterMs?: number) => {
    const clock = new ManualClock();
    const service = new FakeService(clock);
    const rateLimiter = createRateLimiter({ callsPerSecond: 4, clock });
    const client = rateLimitedClient(service.client, rateLimiter, 'acquired');
    service.fate = () => ({ error: new FakeCallError('DataFlowThrottled', retryAfterMs) });
    const call = client.call('getJobById', { jobId: 'job' });
    await expect(call).rejects.toThrow('fake DataFlowThrottled');
    const granted: number[] = [];
    const startMs = clock.nowMs();
    const take = (priority?: Priority) =>
      void rateLimiter
        .acquire(undefined, priority)
        .then(() => granted.push(clock.nowMs() - startMs));
    return { clock, rateLimiter, granted, take };
  };

  it('grants half as many from then on', async () => {
    const { clock, rateLimiter, granted, take } = await throttledBudget();
    expect(rateLimiter.callsPerSecond).toBe(2);
    for (let n = 0; n < 40; n += 1) take();
    await clock.advance(9_900);
    expect(granted).toHaveLength(20);
  });

  it.each<Priority>(['poll', 'watch'])(
    'grants polls none before Retry-After (%s), and starts, cancels and what they read at once (C1)',
    async (poll) => {
      const { clock, granted, take } = await throttledBudget(20_000);
      take(poll);
      take('normal');
      take('high');
      await settle();
      expect(granted).toEqual([0, 0]);
      await clock.advance(60_000);
      expect(granted).toEqual([0, 0, 20_000]);
    },
  );

  it('lets no Retry-After hold polls back for more than a minute (C1)', async () => {
    const { clock, granted, take } = await throttledBudget(86_400_000);
    take('poll');
    await clock.advance(60_000);
    expect(granted).toEqual([60_000]);
  });

  it('keeps no poll away by the refusals of others: a rest is not made longer while it lasts (C18)', async () => {
    const { clock, rateLimiter, granted, take } = await throttledBudget(60_000);
    take('poll');
    for (let second = 0; second < 120; second += 1) {
      await clock.advance(1_000);
      rateLimiter.throttled(60_000);
    }
    expect(granted).toEqual([60_000]);
  });

  it('lets cancels and starts go on at half the rate, however many 429 come, and polls at a 32nd (C18)', async () => {
    const { clock, rateLimiter, granted, take } = await throttledBudget();
    for (let second = 0; second < 20; second += 1) {
      await clock.advance(1_000);
      rateLimiter.throttled(undefined);
    }
    const before = clock.nowMs();
    for (let n = 0; n < 100; n += 1) {
      take('normal');
      take('high');
    }
    await clock.advance(9_900);
    expect(granted).toHaveLength(20);
    await clock.advance(before + 110_000 - clock.nowMs());
    expect(granted).toHaveLength(200);
    for (let n = 0; n < 100; n += 1) take('poll');
    await clock.advance(80_000);
    expect(granted).toHaveLength(210);
  });
});

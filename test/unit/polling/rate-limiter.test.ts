import { AsyncLocalStorage } from 'node:async_hooks';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { createRateLimiter } from '../../../polling/rate-limiter.js';
import { ManualClock, settle } from './manual-clock.js';

const aBudget = (callsPerSecond: number) => {
  const clock = new ManualClock();
  const granted: string[] = [];
  const rateLimiter = createRateLimiter({ callsPerSecond, clock });
  const take = (name: string, signal?: AbortSignal, priority?: 'high' | 'poll') =>
    rateLimiter.acquire(signal, priority).then(() => granted.push(name));
  return { clock, rateLimiter, granted, take };
};

describe('createCallBudget', () => {
  it('grants at once while the budget lasts, and the rest in the order of asking', async () => {
    const { clock, granted, take, rateLimiter } = aBudget(2);
    void Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => take(name)));
    await settle();
    expect(granted).toEqual(['a', 'b']);
    await clock.advance(1_000);
    expect(granted).toEqual(['a', 'b', 'c', 'd']);
    expect(rateLimiter.queued).toBe(1);
  });

  it('grants urgent calls before those that queue already', async () => {
    const { clock, granted, take } = aBudget(1);
    void Promise.all([take('first'), take('normal'), take('cancel', undefined, 'high')]);
    await clock.advance(2_000);
    expect(granted).toEqual(['first', 'cancel', 'normal']);
  });

  it('grants looks and other calls in turn, however many of the one queue', async () => {
    const { clock, granted, take, rateLimiter } = aBudget(1);
    const others = ['a', 'b', 'c', 'd'].map((name) => take(name));
    void Promise.all([
      ...others,
      take('look 1', undefined, 'poll'),
      take('look 2', undefined, 'poll'),
    ]);
    expect(rateLimiter.queued).toBe(5);
    await clock.advance(6_000);
    expect(granted).toEqual(['a', 'look 1', 'b', 'look 2', 'c', 'd']);
  });

  it('rejects with the reason of the signal, and gives the place to the next', async () => {
    const { clock, granted, take, rateLimiter } = aBudget(1);
    const leaving = new AbortController();
    void take('first');
    const left = expect(take('leaves', leaving.signal)).rejects.toThrow('changed my mind');
    void take('next');
    leaving.abort(new Error('changed my mind'));
    await left;
    await clock.advance(1_000);
    expect(granted).toEqual(['first', 'next']);
    expect(rateLimiter.queued).toBe(0);
    expect(clock.timers).toBe(0);
  });

  it('takes nothing from the budget for a signal that has aborted already', async () => {
    const { granted, take } = aBudget(1);
    await expect(take('late', AbortSignal.abort(new Error('too late')))).rejects.toThrow(
      'too late',
    );
    await take('first');
    expect(granted).toEqual(['first']);
  });

  it('has no timer while nobody queues', async () => {
    const { clock, take } = aBudget(1);
    await take('only');
    expect(clock.timers).toBe(0);
  });

  it('serves the queue outside of the async context of those in it', async () => {
    const clock = new ManualClock();
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const rateLimiter = createRateLimiter({
      callsPerSecond: 1,
      clock: {
        nowMs: () => clock.nowMs(),
        setTimer: (act, ms) => {
          seen.push(storage.getStore());
          return clock.setTimer(act, ms);
        },
      },
    });
    const both = storage.run('an activity', () =>
      Promise.all([rateLimiter.acquire(), rateLimiter.acquire()]),
    );
    await clock.advance(1_000);
    await both;
    expect(seen).toEqual([undefined]);
  });

  test.prop(
    [
      fc.constantFrom(0.7, 1, 2.5, 5),
      fc.array(
        fc.record({
          afterMs: fc.nat({ max: 900 }),
          urgent: fc.boolean(),
          answer: fc.constantFrom('none', 'good', '429'),
        }),
        { maxLength: 60 },
      ),
    ],
    { numRuns: 30 },
  )('keeps the rate whoever asks when, and whatever the service answers', async (rate, asks) => {
    const clock = new ManualClock(0);
    const rateLimiter = createRateLimiter({ callsPerSecond: rate, clock });
    const starts: number[] = [];
    for (const { afterMs, urgent, answer } of asks) {
      await clock.advance(afterMs);
      if (answer === 'good') rateLimiter.answered();
      if (answer === '429') rateLimiter.throttled(undefined);
      void rateLimiter
        .acquire(undefined, urgent ? 'high' : 'normal')
        .then(() => starts.push(clock.nowMs()));
    }
    await clock.advance(3_600_000);
    expect(starts).toHaveLength(asks.length);
    for (const from of starts) {
      const within = (ms: number) => starts.filter((at) => at >= from && at < from + ms).length;
      expect(within(1_000)).toBeLessThanOrEqual(Math.ceil(rate));
      expect(within(60_000)).toBeLessThanOrEqual(60 * rate);
    }
  });
});

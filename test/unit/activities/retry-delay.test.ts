import { describe, expect, it } from 'vitest';
import { retryDelayMs } from '../../../activities/retry-delay.js';

const POLICY = { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 30_000 };
const MINUTE = 60_000;

/** An attempt of an activity that may last for ten minutes, begun so long after the first one. */
const anAttempt = (attempt: number, beganMs: number) => ({
  attempt,
  retryPolicy: POLICY,
  scheduleToCloseTimeoutMs: 10 * MINUTE,
  scheduledTimestampMs: 5_000_000,
  currentAttemptScheduledTimestampMs: 5_000_000 + beganMs,
});

describe('the pause before the next attempt (C1)', () => {
  it.each<[string, ReturnType<typeof anAttempt>, number, number | undefined, number | undefined]>([
    ['is the policy’s own where nothing was asked for', anAttempt(2, 0), 0, undefined, undefined],
    ['is what was asked for', anAttempt(2, 0), 0, 45_000, 45_000],
    [
      'is half of the time left, rather than end the activity',
      anAttempt(9, 9.5 * MINUTE),
      0,
      60_000,
      15_000,
    ],
    [
      'is half of the time left where the policy’s own is longer',
      anAttempt(9, 9.6 * MINUTE),
      0,
      undefined,
      12_000,
    ],
    ['counts what this attempt took', anAttempt(9, 9 * MINUTE), 30_000, 60_000, 15_000],
    ['is left alone when the time is over', anAttempt(9, 9.99 * MINUTE), 0, 60_000, 60_000],
  ])('%s', (_, info, ranMs, askedMs, delayMs) => {
    expect(retryDelayMs(info, ranMs, askedMs)).toBe(delayMs);
  });

  it('lets attempts go on until the last second of the time, whatever is asked for', () => {
    const begins = [0];
    for (let n = 0; n < 100; n += 1) {
      const beganMs = begins.at(-1)!;
      const delayMs = retryDelayMs(anAttempt(n + 1, beganMs), 0, 45_000)!;
      if (beganMs + delayMs >= 10 * MINUTE) break;
      begins.push(beganMs + delayMs);
    }
    expect(begins.at(-1)).toBeGreaterThan(10 * MINUTE - 1_000);
    expect(begins.length).toBeLessThan(30);
  });
});

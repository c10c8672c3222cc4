import { describe, expect, it } from 'vitest';
import { MAX_RETRY_AFTER_MS } from '../../../contract/timings.js';
import { permitPauseMs, retryPauseMs } from '../../../workflows/job-run/backoff.js';
import { planRun } from '../../../workflows/job-run/request.js';

describe('permitPauseMs', () => {
  it.each([
    [1, 500, 1_000],
    [2, 1_000, 2_000],
    [9, 128_000, 256_000],
    [10, 150_000, 300_000],
    [99, 150_000, 300_000],
  ])('after %s permits is between %s and %s ms', (permits, least, most) => {
    expect(permitPauseMs(permits, undefined, 0)).toBe(least);
    expect(permitPauseMs(permits, undefined, 1)).toBe(most);
  });

  it.each([
    [5_000, 5_000, 6_000],
    [MAX_RETRY_AFTER_MS * 10, MAX_RETRY_AFTER_MS - 1_000, MAX_RETRY_AFTER_MS],
  ])('after Retry-After of %s ms is between %s and %s ms', (askedMs, least, most) => {
    expect(permitPauseMs(9, askedMs, 0)).toBe(least);
    expect(permitPauseMs(9, askedMs, 1)).toBe(most);
  });
});

describe('retryPauseMs', () => {
  const retry = {
    ...{ maximumAttempts: 9, initialInterval: '10s', backoffCoefficient: 3 },
    maximumInterval: '2m',
  };
  it.each([
    [1, 10_000],
    [2, 30_000],
    [3, 90_000],
    [4, 120_000],
  ])('after attempt %s is %s ms', (attempt, ms) => {
    expect(retryPauseMs(planRun({ jobId: 'j', retry }), attempt)).toBe(ms);
  });
});

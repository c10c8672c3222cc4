import { describe, expect, it } from 'vitest';
import { DEFAULT_TIMINGS, TIMING_OPTIONS, timingConflicts } from '../../../contract/timings.js';
import { problemsOf } from '../../../contract/validate.js';

describe('timingConflicts', () => {
  it('finds none in the defaults', () => {
    expect(timingConflicts(DEFAULT_TIMINGS)).toEqual([]);
  });

  it('refuses permit and POST times that would let an expiring POST outlive its signature', () => {
    const timings = { ...DEFAULT_TIMINGS, permitTtlMs: 200_000, submitTimeoutMs: 100_000 };
    expect(timingConflicts(timings)).toEqual([
      {
        path: ['permitTtlMs'],
        message:
          'must be shorter, or submitTimeoutMs: both and 2000 are 302000, more than maxSignatureAgeMs (300000), so that no POST could be made to expire',
      },
    ]);
    expect(timingConflicts({ ...timings, submitTimeoutMs: 98_000 })).toEqual([]);
  });

  it('refuses a shortest pause above the longest', () => {
    expect(timingConflicts({ ...DEFAULT_TIMINGS, maxPollMs: 60 })).toEqual([
      { path: ['minPollMs'], message: 'must be at most maxPollMs (60); got 2000' },
    ]);
  });
});

describe('TIMING_OPTIONS', () => {
  it('names every timing that is out of its bounds', () => {
    const timings = { permitTtlMs: 100, submitTimeoutMs: NaN, backdateSubmit: 'on' };
    expect(problemsOf({ kind: 'object', options: TIMING_OPTIONS }, timings)).toEqual([
      { path: ['permitTtlMs'], message: 'must be an integer of at least 2000 (ms); got 100' },
      { path: ['submitTimeoutMs'], message: 'must be an integer of at least 2000 (ms); got NaN' },
      { path: ['backdateSubmit'], message: 'must be one of auto, off' },
    ]);
  });
});

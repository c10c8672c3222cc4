import { describe, expect, it } from 'vitest';
import { DEFAULT_TIMINGS, timingProblems } from '../../../contract/timings.js';

describe('timingProblems', () => {
  it('finds none in the defaults', () => {
    expect(timingProblems(DEFAULT_TIMINGS)).toEqual([]);
  });

  it('refuses permit and POST times that would let an expiring POST outlive its signature', () => {
    const [problem] = timingProblems({
      ...DEFAULT_TIMINGS,
      permitTtlMs: 200_000,
      submitTimeoutMs: 100_000,
    });
    expect(problem).toContain('more than maxSignatureAgeMs');
  });

  it('names every setting that is wrong, with what it must be', () => {
    const problems = timingProblems({
      ...DEFAULT_TIMINGS,
      permitTtlMs: 100,
      submitTimeoutMs: NaN,
      maxPollMs: 60,
    });
    expect(problems).toEqual([
      'permitTtlMs: must be an integer of at least 2000 (ms); got 100',
      'submitTimeoutMs: must be an integer of at least 2000 (ms); got NaN',
      'minPollMs (2000) must be at most maxPollMs (60)',
    ]);
  });
});

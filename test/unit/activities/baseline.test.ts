import { describe, expect, it } from 'vitest';
import { baselineOf } from '../../../activities/baseline.js';
import { isKnown } from '../../../activities/match.js';
import type { JobExecution } from '../../../contract/job.js';

const NOW = Date.parse('2026-11-22T03:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const a = (jobExecutionId: string, ageMs?: number): JobExecution => ({
  jobExecutionId,
  jobId: 'jobA',
  status: 'COMPLETED',
  ...(ageMs !== undefined && { createdDate: new Date(NOW - ageMs).toISOString() }),
});

describe('what a baseline knows (S2)', () => {
  it.each<[string, number, JobExecution[], string[]]>([
    [
      'the ids of ten minutes',
      NOW,
      [a('e1', MINUTE), a('e2', 9 * MINUTE), a('e3', 12 * MINUTE)],
      ['e1', 'e2'],
    ],
    [
      'as many where answers are dated an hour ahead of executions',
      NOW + HOUR,
      [a('e1', MINUTE), a('e2', 9 * MINUTE), a('e3', 12 * MINUTE)],
      ['e1', 'e2'],
    ],
    [
      'more where they are dated behind, or a row is dated in the future',
      NOW,
      [a('e1', -HOUR), a('e2', 9 * MINUTE), a('e3', 12 * MINUTE)],
      ['e1', 'e2'],
    ],
    ['what shows no date', NOW, [a('e1', MINUTE), a('e2'), a('e3', HOUR)], ['e1', 'e2']],
  ])('is %s', (_, serviceMs, rows, ids) => {
    expect(baselineOf(rows, serviceMs).knownIds).toEqual(ids);
  });

  it.each([-HOUR, -5_000, 0, 5_000, HOUR, 9 * HOUR])(
    'never covers what is created after it, with answers dated %i ms ahead',
    (aheadMs) => {
      for (const rows of [[], [a('e1')], [a('e1', HOUR)], [a('e1', 0), a('e2', HOUR)]]) {
        expect(isKnown(a('ours', -1_000), baselineOf(rows, NOW + aheadMs))).toBe(false);
        for (const row of rows) expect(isKnown(row, baselineOf(rows, NOW + aheadMs))).toBe(true);
      }
    },
  );
});

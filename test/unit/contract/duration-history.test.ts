import { describe, expect, it } from 'vitest';
import { durationHistory } from '../../../contract/duration-history.js';
import type { JobExecution } from '../../../contract/job.js';

const START = Date.parse('2026-11-22T03:00:00Z');
const row = (status: string, seconds: number | undefined): JobExecution => ({
  jobExecutionId: `${status}${seconds}`,
  jobId: 'jobA',
  status,
  startDate: new Date(START).toISOString(),
  ...(seconds !== undefined && { endDate: new Date(START + 1_000 * seconds).toISOString() }),
});

describe('durationsSeen', () => {
  it('has the running times of what completed and, apart from them, of what failed', () => {
    const rows = [row('RUNNING', undefined), row('COMPLETED', 60), row('FAILED', 5)];
    expect(durationHistory(rows)).toEqual({ completedMs: [60_000], failedMs: [5_000] });
  });

  it('leaves out what was cancelled, what shows no dates, and what ended before it began', () => {
    const cancelled = Array.from({ length: 30 }, (_, n) => row('CANCELED', n));
    const rows = [
      ...cancelled,
      row('COMPLETED', undefined),
      row('COMPLETED', -1),
      row('FAILED', 7),
    ];
    expect(durationHistory(rows)).toEqual({ completedMs: [], failedMs: [7_000] });
  });

  it('keeps the newest 24 of all, so that failures keep their share', () => {
    const rows = Array.from({ length: 100 }, (_, n) =>
      row(n % 4 === 0 ? 'FAILED' : 'COMPLETED', n),
    );
    const { completedMs, failedMs } = durationHistory(rows);
    expect(failedMs).toEqual([0, 4, 8, 12, 16, 20].map((seconds) => 1_000 * seconds));
    expect(completedMs).toHaveLength(18);
  });
});

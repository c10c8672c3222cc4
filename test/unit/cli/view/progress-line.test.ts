import { describe, expect, it } from 'vitest';
import { progressLine } from '../../../../cli/view/progress-line.js';
import type { RunProgress } from '../../../../contract/run.js';

const aRun = (more: Partial<RunProgress> = {}): RunProgress => ({
  jobId: 'sZ7aVb3kQp1x',
  phase: 'waiting',
  submission: 'key-1.1',
  attempt: 1,
  posts: 1,
  outcomeUnknown: false,
  candidates: [],
  duplicates: [],
  previousAttempts: [],
  ...more,
});

describe('progressLine', () => {
  it('names job, phase, status and execution', () => {
    const line = progressLine(
      aRun({
        jobName: 'sales',
        status: 'RUNNING',
        executionId: 'x1',
        submissionOutcome: 'submitted',
      }),
    );
    expect(line).toBe('sales (sZ7aVb3kQp1x)  waiting  RUNNING  execution x1');
  });

  it('says that an execution was adopted by likeness, which attempt it is, and its duplicates', () => {
    const line = progressLine(
      aRun({
        executionId: 'x1',
        submissionOutcome: 'adopted',
        exactMatch: false,
        attempt: 2,
        duplicates: ['x2'],
      }),
    );
    expect(line).toContain('adopted by likeness  attempt 2  duplicates x2');
  });

  it('speaks of an unknown outcome only once a start is no longer under way', () => {
    expect(progressLine(aRun({ phase: 'submitting', outcomeUnknown: true }))).not.toContain(
      'unknown',
    );
    expect(progressLine(aRun({ phase: 'reconciling', outcomeUnknown: true }))).toContain(
      'outcome unknown',
    );
  });

  it('keeps a note on the same line', () => {
    expect(progressLine(aRun({ note: 'one\ntwo' }))).toMatch(/: one two$/);
  });
});

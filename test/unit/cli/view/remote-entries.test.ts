import { describe, expect, it } from 'vitest';
import { progressPicture } from '../../../../cli/view/progress-picture.js';
import { screenRows } from '../../../../cli/view/screen.js';
import type { RemoteRunProgress } from '../../../../contract/remote-run.js';
import type { RunProgress } from '../../../../contract/run.js';
import { aJobRun, aRemoteRun } from '../runs.js';

const JOB = aJobRun();

const HALF = aRemoteRun({
  ...{ name: 'sales', phase: 'waiting', submissionOutcome: 'adopted', posts: 1 },
  note: 'waits for its jobs',
  lastError: 'job clean: answer 401\nof the service',
  nodes: [
    { jobId: 'j1', name: 'extract', executionId: 'x1', status: 'COMPLETED' },
    { jobId: 'j2', name: 'clean', executionId: 'x2', status: 'RUNNING', candidates: ['x3'] },
    { jobId: 'j3', name: 'load' },
  ],
});

const pictureOf = (...runs: readonly (RunProgress | RemoteRunProgress)[]) =>
  progressPicture(Object.fromEntries(runs.map((run) => [run.submission, run])), {}, 0);

const linesOf = (...runs: readonly (RunProgress | RemoteRunProgress)[]): readonly string[] =>
  pictureOf(...runs).lines.map(({ text }) => text);

const drawn = (...runs: readonly (RunProgress | RemoteRunProgress)[]): readonly string[] =>
  screenRows(pictureOf(...runs).sections, {
    ...{ columns: 90, rows: 40, startMs: 0, nowMs: 65_000, paint: (_, text) => text },
  });

describe('a run of a workflow of the service (L2)', () => {
  it('has a line for each job that has begun, and one for itself with its last error', () => {
    expect(linesOf(HALF)).toEqual([
      'workflow sales (nightly)  job extract (j1)  COMPLETED  execution x1',
      'workflow sales (nightly)  job clean (j2)  RUNNING  execution x2  or x3',
      'workflow sales (nightly)  waiting  1/3 jobs done  adopted by likeness: waits for its jobs; last error: job clean: answer 401 of the service',
    ]);
  });

  it.each<[string, Partial<RemoteRunProgress>, string]>([
    ['waits for another one', { phase: 'waiting-for-lock' }, 'workflow nightly  waiting-for-lock'],
    [
      'does not know whether it was started',
      { phase: 'reconciling', outcomeUnknown: true },
      'workflow nightly  reconciling  outcome unknown',
    ],
    [
      'has completed',
      { phase: 'ended', outcome: 'COMPLETED', note: 'completed' },
      'workflow nightly  completed: completed',
    ],
    [
      'was canceled',
      { phase: 'ended', outcome: 'canceled', note: 'stopped' },
      'workflow nightly  canceled: stopped',
    ],
    [
      'has failed',
      { phase: 'ended', outcome: 'DataFlowExecutionFailed', note: 'j2 ended FAILED' },
      'workflow nightly  failed: j2 ended FAILED',
    ],
  ])('that %s says so', (_, change, line) => {
    expect(linesOf(aRemoteRun(change))).toEqual([line]);
  });

  it('alone on a screen has a heading, and a row for each job', () => {
    const rows = drawn(HALF);
    expect(rows[0]).toBe('workflow sales (nightly)  waiting  1m 5s');
    expect(rows[1]).toBe('3 jobs: 1 running, 1 done, 0 failed, 1 waiting');
    expect(rows.join(' ')).toContain('last error: job clean: answer 401 of the service');
    expect(rows.filter((row) => /^[✔●○✘] /.test(row)).map((row) => row.split(/ {2,}/)[0])).toEqual([
      '✔ extract (j1)',
      '● clean (j2)',
      '○ load (j3)',
    ]);
  });

  it('beside jobs is a row among them, on lines and on a screen', () => {
    expect(linesOf(HALF, JOB)[0]).toMatch(/^report {2}waiting {2}execution x9/);
    const rows = drawn(HALF, JOB);
    expect(rows[1]).toMatch(/^2 runs: 2 running/);
    expect(rows.find((row) => row.includes('report'))).toMatch(/execution x9/);
    expect(rows.find((row) => row.includes('sales (nightly)'))).toMatch(/1\/3 jobs done/);
  });
});

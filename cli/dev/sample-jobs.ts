import type { Fault, JobScript } from '../../simulator/index.js';

/** Jobs to try: a fast one, a slow one, one that fails, and one that fails once and whose first start loses its answer. */
export const SAMPLE_JOBS: readonly JobScript[] = [
  {
    jobId: 'fastJob',
    name: 'sales-extract',
    history: 3,
    executions: [{ waitingMs: 1_000, runningMs: 3_000 }],
  },
  {
    jobId: 'slowJob',
    name: 'sales-rebuild',
    executions: [{ waitingMs: 3_000, runningMs: 600_000 }],
  },
  {
    jobId: 'failingJob',
    name: 'sales-report',
    executions: [{ waitingMs: 1_000, runningMs: 2_000, outcome: 'FAILED' }],
  },
  {
    jobId: 'flakyJob',
    name: 'sales-load',
    type: 'SCRIPT',
    executions: [
      { waitingMs: 500, runningMs: 2_000, outcome: 'FAILED' },
      { waitingMs: 500, runningMs: 3_000 },
    ],
  },
];

export const SAMPLE_FAULTS: readonly Fault[] = [
  // The service starts the job, and its answer is lost.
  { on: 'executeJob', jobId: 'flakyJob', times: 1, then: { drop: 'after' } },
];

/** Scaled down, so that a lost answer is settled in seconds; the defaults take about a minute. */
export const DEV_TIMINGS = {
  permitMs: 2_000,
  postMs: 2_000,
  visibleWithinMs: 1_000,
  minPollMs: 250,
  maxPollMs: 1_000,
} as const;

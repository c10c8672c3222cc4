import type { Fault, JobScript } from 'temporal-ncloud-dataflow/simulator';

/** The three jobs of nightly-sales, and how many executions it asks for of each: the simulator counts against that. */
export const JOBS: readonly JobScript[] = [
  {
    jobId: 'extractSales',
    name: 'sales-extract',
    type: 'SCRIPT',
    requested: 1,
    executions: [{ waitingMs: 1_000, runningMs: 3_000 }],
  },
  {
    jobId: 'cleanSales',
    name: 'sales-clean',
    type: 'SCRIPT',
    maxConcurrentRuns: 4,
    requested: 3, // one a region; that of JP fails, and is asked for once more
    executions: [
      { waitingMs: 1_000, runningMs: 9_000 },
      { waitingMs: 500, runningMs: 2_000, outcome: 'FAILED' },
      { waitingMs: 500, runningMs: 3_000 },
    ],
  },
  {
    jobId: 'publishSales',
    name: 'sales-publish',
    type: 'SCRIPT',
    requested: 1,
    executions: [{ waitingMs: 1_000, runningMs: 3_000 }],
  },
];

/** What goes wrong on the way. */
export const FAULTS: readonly Fault[] = [
  // The service starts the job, and its answer is lost.
  { on: 'executeJob', jobId: 'cleanSales', times: 1, then: { drop: 'after' } },
  { on: 'getJobExecutionById', jobId: 'extractSales', calls: [1, 3], then: { status: 503 } },
  {
    on: 'getJobExecutionById',
    jobId: 'publishSales',
    calls: [2],
    then: { status: 429, headers: { 'retry-after': '1' } },
  },
];

/** Timings scaled down, so that an unknown outcome is reconciled in seconds; the defaults take about a minute. */
export const TIMINGS = {
  permitTtlMs: 2_000,
  submitTimeoutMs: 2_000,
  maxListingDelayMs: 1_000,
  minPollMs: 250,
  maxPollMs: 1_000,
} as const;

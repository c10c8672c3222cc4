import type { Fault, JobScript } from 'temporal-ncloud-dataflow/simulator';

/** The three jobs of nightly-sales. The simulator counts executions beyond `requested` as duplicates. */
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
    requested: 3, // one for each region; that of JP fails and is retried
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

/** Faults of the demo. */
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

/** Short timings: an unknown outcome is reconciled in seconds. With the defaults it takes about a minute. */
export const TIMINGS = {
  permitTtlMs: 2_000,
  submitTimeoutMs: 2_000,
  maxListingDelayMs: 1_000,
  minPollMs: 250,
  maxPollMs: 1_000,
} as const;

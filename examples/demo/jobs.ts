import type { Fault, JobScript } from 'temporal-ncloud-dataflow/simulator';

/** The four jobs of the demo, and how many executions it asks for of each: the simulator counts against that. */
export const JOBS: readonly JobScript[] = [
  {
    jobId: 'extractSales',
    name: 'sales-extract',
    requested: 1,
    executions: [{ waitingMs: 1_000, runningMs: 3_000 }],
  },
  {
    jobId: 'cleanSalesKr',
    name: 'sales-clean-kr',
    requested: 1,
    executions: [{ waitingMs: 1_000, runningMs: 9_000 }],
  },
  {
    jobId: 'cleanSalesJp',
    name: 'sales-clean-jp',
    requested: 2, // the first one fails, and is asked for once more
    executions: [
      { waitingMs: 500, runningMs: 2_000, outcome: 'FAILED' },
      { waitingMs: 500, runningMs: 3_000 },
    ],
  },
  {
    jobId: 'loadSales',
    name: 'sales-load',
    requested: 1,
    executions: [{ waitingMs: 1_000, runningMs: 3_000 }],
  },
];

/** What goes wrong on the way. */
export const FAULTS: readonly Fault[] = [
  // The service starts the job, and its answer is lost.
  { on: 'executeJob', jobId: 'cleanSalesKr', times: 1, then: { drop: 'after' } },
  { on: 'getJobExecutionById', jobId: 'extractSales', calls: [1, 3], then: { status: 503 } },
  {
    on: 'getJobExecutionById',
    jobId: 'loadSales',
    calls: [2],
    then: { status: 429, headers: { 'retry-after': '1' } },
  },
];

/** Timings scaled down, so that a doubt is settled in seconds; the defaults take about a minute. */
export const TIMINGS = {
  permitMs: 2_000,
  postMs: 2_000,
  visibleWithinMs: 1_000,
  minPollMs: 250,
  maxPollMs: 1_000,
} as const;

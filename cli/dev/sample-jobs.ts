import { say } from '../output.js';
import type { Fault, JobScript } from '../../simulator/index.js';

const script = (jobId: string, name: string, runningMs: number): JobScript => ({
  ...{ jobId, name, type: 'SCRIPT', maxConcurrentRuns: 4, history: 3 },
  executions: [{ waitingMs: 1_000, runningMs }],
});

/** Jobs that nightly-sales.yaml and the quick start run. */
const SALES_JOBS = [
  script('extractSales', 'sales-extract', 3_000),
  script('cleanSales', 'sales-clean', 4_000),
  script('publishSales', 'sales-publish', 2_000),
];

/**
 * Those, and a fast job, a slow one, one that fails, and one that fails once and whose first start loses its answer.
 */
export const SAMPLE_JOBS: readonly JobScript[] = [
  ...SALES_JOBS,
  {
    jobId: 'fastJob',
    name: 'sales-refresh',
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

/** The activity of the step `report` of nightly-sales.yaml. */
export const SAMPLE_ACTIVITIES = {
  sendReport: ({ date }: { readonly date: string }): Promise<string> => {
    say(`sendReport: the sales of ${date} are out`);
    return Promise.resolve(`sales of ${date}`);
  },
} as const;

export const SAMPLE_FAULTS: readonly Fault[] = [
  // The service starts the job, and its answer is lost.
  { on: 'executeJob', jobId: 'flakyJob', times: 1, then: { drop: 'after' } },
];

/** Shorter than the defaults, so that a lost answer is reconciled in seconds instead of about a minute. */
export const DEV_TIMINGS = {
  permitTtlMs: 2_000,
  submitTimeoutMs: 2_000,
  maxListingDelayMs: 1_000,
  minPollMs: 250,
  maxPollMs: 1_000,
} as const;

/** What a metric counts or measures, as its reader needs to know it. */
export interface MetricFacts {
  /** As it stands at the exporter: unit and, of a counter, `_total` are part of it. */
  readonly name: `dataflow_${string}`;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly unit:
    | 'calls'
    | 'calls per second'
    | 'ratio'
    | 'waiters'
    | 'executions'
    | 'submissions'
    | 'runs'
    | 'seconds';
  readonly labels: readonly ('profile' | 'operation' | 'outcome')[];
  readonly meaning: string;
}

/**
 * The one table of metrics. No label holds an id: jobs come and go by the thousand, and each value of a label is a time
 * series for good. Which job it was stands in the log, beside workflow and run.
 */
export const METRICS = {
  apiCalls: {
    name: 'dataflow_api_calls_total',
    kind: 'counter',
    unit: 'calls',
    labels: ['profile', 'operation', 'outcome'],
    meaning:
      'requests to the service, repeated ones too. Outcome: `ok`, a failure type, `no_answer` (sent, maybe carried out), `not_sent`, `aborted` (by us)',
  },
  apiCallSeconds: {
    name: 'dataflow_api_call_duration_seconds',
    kind: 'histogram',
    unit: 'seconds',
    labels: ['profile', 'operation'],
    meaning:
      'from the moment a request may be sent to the end of its answer; waiting for the budget is not in it',
  },
  budgetLimit: {
    name: 'dataflow_call_budget_calls_per_second',
    kind: 'gauge',
    unit: 'calls per second',
    labels: ['profile'],
    meaning: 'calls that the budget allows at present',
  },
  budgetUsed: {
    name: 'dataflow_call_budget_used_ratio',
    kind: 'gauge',
    unit: 'ratio',
    labels: ['profile'],
    meaning: 'part of the budget that the calls of the last few seconds took; 1 is all of it',
  },
  budgetQueue: {
    name: 'dataflow_call_budget_queue',
    kind: 'gauge',
    unit: 'calls',
    labels: ['profile'],
    meaning: 'callers that wait for their turn in the budget',
  },
  waiters: {
    name: 'dataflow_waiters',
    kind: 'gauge',
    unit: 'waiters',
    labels: ['profile'],
    meaning: 'waits for the end of an execution in this process',
  },
  waitedFor: {
    name: 'dataflow_waited_executions',
    kind: 'gauge',
    unit: 'executions',
    labels: ['profile'],
    meaning: 'executions that they wait for; several may wait for one',
  },
  callsSaved: {
    name: 'dataflow_status_calls_saved_total',
    kind: 'counter',
    unit: 'calls',
    labels: ['profile'],
    meaning: 'statuses handed to waiters beyond the status calls made',
  },
  submissions: {
    name: 'dataflow_submissions_total',
    kind: 'counter',
    unit: 'submissions',
    labels: ['profile', 'outcome'],
    meaning:
      'how runs came by their execution: `submitted`, `adopted`, `joined`; `ambiguous` when it failed or is held as such (a held one that is answered counts once more)',
  },
  executions: {
    name: 'dataflow_executions_total',
    kind: 'counter',
    unit: 'executions',
    labels: ['profile', 'outcome'],
    meaning:
      'executions that runs saw end, by status: `COMPLETED`, `FAILED`, `CANCELED`; a joined one once for each run',
  },
  waitingSeconds: {
    name: 'dataflow_execution_waiting_seconds',
    kind: 'histogram',
    unit: 'seconds',
    labels: ['profile'],
    meaning: 'how long they were READY, by the dates of the service',
  },
  runningSeconds: {
    name: 'dataflow_execution_running_seconds',
    kind: 'histogram',
    unit: 'seconds',
    labels: ['profile'],
    meaning: 'how long they were RUNNING, by the dates of the service',
  },
  runs: {
    name: 'dataflow_runs_total',
    kind: 'counter',
    unit: 'runs',
    labels: ['profile', 'outcome'],
    meaning:
      'runs that ended: `COMPLETED`, `canceled`, or the failure type; a time-out is `DataFlowDeadlineExceeded`',
  },
} as const satisfies Readonly<Record<string, MetricFacts>>;

export type MetricKey = keyof typeof METRICS;
type OfKind<Kind extends MetricFacts['kind']> = {
  [Key in MetricKey]: (typeof METRICS)[Key]['kind'] extends Kind ? Key : never;
}[MetricKey];
export type CounterKey = OfKind<'counter'>;
export type GaugeKey = OfKind<'gauge'>;
export type HistogramKey = OfKind<'histogram'>;

/** Values of a metric's labels: all that it has, no others. */
export type LabelsOf<Key extends MetricKey> = Readonly<
  Record<(typeof METRICS)[Key]['labels'][number], string>
>;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const CALL_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const JOB_BUCKETS = [
  ...[1, 10, 30],
  ...[1, 2, 5, 10, 20, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 4, 8, 16, 24].map((hours) => hours * HOUR),
];

/**
 * Bounds of the histograms, in seconds. `runWorker` sets them; a Runtime of your own wants them as
 * `histogramBucketOverrides`, because the SDK's own bounds are made for milliseconds.
 */
export const HISTOGRAM_BUCKETS: Readonly<Record<string, number[]>> = {
  [METRICS.apiCallSeconds.name]: CALL_BUCKETS,
  [METRICS.waitingSeconds.name]: JOB_BUCKETS,
  [METRICS.runningSeconds.name]: JOB_BUCKETS,
};

/** One row of docs/monitoring.md. */
export interface MetricFacts {
  /** Name at the exporter: with the unit, and for a counter with `_total`. */
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
    | 'weight'
    | 'seconds';
  readonly labels: readonly ('profile' | 'operation' | 'outcome' | 'group')[];
  readonly meaning: string;
}

/**
 * The table of metrics. No label holds an id: each value of a label is a time series for ever, and jobs come by the
 * thousand. The log names the job, beside workflow and run.
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
      'from the moment a request may be sent to the end of its answer; waiting for the rate limiter is not included',
  },
  budgetLimit: {
    name: 'dataflow_call_budget_calls_per_second',
    kind: 'gauge',
    unit: 'calls per second',
    labels: ['profile'],
    meaning: 'calls that the rate limiter allows at present',
  },
  budgetUsed: {
    name: 'dataflow_call_budget_used_ratio',
    kind: 'gauge',
    unit: 'ratio',
    labels: ['profile'],
    meaning: 'part of the allowed rate that the calls of the last few seconds took; 1 is all of it',
  },
  budgetQueue: {
    name: 'dataflow_call_budget_queue',
    kind: 'gauge',
    unit: 'calls',
    labels: ['profile'],
    meaning: 'calls that wait for the rate limiter',
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
    meaning: 'executions that are waited for; several waits may share one',
  },
  callsSaved: {
    name: 'dataflow_status_calls_saved_total',
    kind: 'counter',
    unit: 'calls',
    labels: ['profile'],
    meaning: 'status calls that were saved: statuses given to waits, less the status calls made',
  },
  submissions: {
    name: 'dataflow_submissions_total',
    kind: 'counter',
    unit: 'submissions',
    labels: ['profile', 'outcome'],
    meaning:
      'how runs got their execution: `submitted`, `adopted`, `joined`; or `ambiguous`: failed or held for that reason (one that is held and then resolved counts again)',
  },
  executions: {
    name: 'dataflow_executions_total',
    kind: 'counter',
    unit: 'executions',
    labels: ['profile', 'outcome'],
    meaning:
      'executions whose end a run has seen, by status: `COMPLETED`, `FAILED`, `CANCELED`; a joined execution counts once for each run',
  },
  waitingSeconds: {
    name: 'dataflow_execution_waiting_seconds',
    kind: 'histogram',
    unit: 'seconds',
    labels: ['profile'],
    meaning: 'time of these executions in READY, by the dates of the service',
  },
  runningSeconds: {
    name: 'dataflow_execution_running_seconds',
    kind: 'histogram',
    unit: 'seconds',
    labels: ['profile'],
    meaning: 'time of these executions in RUNNING, by the dates of the service',
  },
  runs: {
    name: 'dataflow_runs_total',
    kind: 'counter',
    unit: 'runs',
    labels: ['profile', 'outcome'],
    meaning:
      'runs that ended: `COMPLETED`, `canceled`, or the failure type (`DataFlowDeadlineExceeded` if runTimeout passed)',
  },
  groupQueue: {
    name: 'dataflow_group_queue',
    kind: 'gauge',
    unit: 'runs',
    labels: ['group'],
    meaning:
      'runs that wait for a group, by its latest check; the worker that made the check shows it, for three checks',
  },
  groupUsed: {
    name: 'dataflow_group_used_weight',
    kind: 'gauge',
    unit: 'weight',
    labels: ['group'],
    meaning: 'weight of the runs that hold a group, by its latest check, as above',
  },
  groupExternal: {
    name: 'dataflow_group_external_executions',
    kind: 'gauge',
    unit: 'executions',
    labels: ['group'],
    meaning: 'external executions that count in a group (`--count-external`), as above',
  },
  groupWaitSeconds: {
    name: 'dataflow_group_wait_seconds',
    kind: 'histogram',
    unit: 'seconds',
    labels: ['group'],
    meaning: 'time from the request of a run for its group until it was granted',
  },
  audited: {
    name: 'dataflow_audited_executions',
    kind: 'gauge',
    unit: 'executions',
    labels: ['profile', 'outcome'],
    meaning:
      'active executions at the end of the latest audit that this process finished: `owned`, `orphaned` (those that it stopped are left out), `external`, `unknown`',
  },
} as const satisfies Readonly<Record<string, MetricFacts>>;

export type MetricKey = keyof typeof METRICS;
type OfKind<Kind extends MetricFacts['kind']> = {
  [Key in MetricKey]: (typeof METRICS)[Key]['kind'] extends Kind ? Key : never;
}[MetricKey];
export type CounterKey = OfKind<'counter'>;
export type GaugeKey = OfKind<'gauge'>;
export type HistogramKey = OfKind<'histogram'>;

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
 * Bounds of the histograms in seconds, for `histogramBucketOverrides` of a Runtime. `runWorker` sets them. Without
 * them the SDK's bounds apply, which are made for milliseconds.
 */
export const HISTOGRAM_BUCKETS: Readonly<Record<string, number[]>> = {
  [METRICS.apiCallSeconds.name]: CALL_BUCKETS,
  [METRICS.waitingSeconds.name]: JOB_BUCKETS,
  [METRICS.runningSeconds.name]: JOB_BUCKETS,
  [METRICS.groupWaitSeconds.name]: JOB_BUCKETS,
};

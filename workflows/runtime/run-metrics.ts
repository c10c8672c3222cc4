import { log, metricMeter } from '@temporalio/workflow';
import { isTerminal, type JobExecution } from '../../contract/job.js';
import { type CounterKey, type HistogramKey, METRICS } from '../../contract/metrics.js';
import { DEFAULT_PROFILE } from '../../contract/names.js';
import type { RemoteRunProgress } from '../../contract/remote-run.js';
import type { RunProgress } from '../../contract/run.js';
import { spansOf } from '../job-run/progress.js';
import type { RemotePort } from '../remote-run/port.js';
import type { RunPort, VerbResult } from '../job-run/port.js';

type About = Readonly<Record<string, unknown>>;

/** Where figures and lines go; in a workflow to the SDK's meter and log, which leave out what is only replayed. */
export interface MetricsSink {
  count(key: CounterKey, labels: Readonly<Record<string, string>>): void;
  record(key: HistogramKey, value: number, labels: Readonly<Record<string, string>>): void;
  log(level: 'info' | 'warn', message: string, about: About): void;
}

/** Counts and logs one run by what is seen of it. Emits no command, so that a history replays with it or without. */
export interface Measure {
  /** Of each change of the run's progress. */
  readonly onProgress: (progress: RunProgress | RemoteRunProgress) => void;
  /** Of each execution that the run saw; those that have ended count, once. */
  readonly onExecution: (execution: JobExecution) => void;
}

const TEMPORAL: MetricsSink = {
  count: (key, labels) => {
    const { name, meaning } = METRICS[key];
    metricMeter.createCounter(name, undefined, meaning).add(1, labels);
  },
  record: (key, value, labels) => {
    const { name, meaning } = METRICS[key];
    metricMeter.createHistogram(name, 'float', undefined, meaning).record(value, labels);
  },
  log: (level, message, about) => {
    log[level](message, about);
  },
};

export function measureRun(
  { profile = DEFAULT_PROFILE }: { readonly profile?: string | undefined },
  gauging: MetricsSink = TEMPORAL,
): Measure {
  const ended = new Set<string>();
  /** Outcomes already counted, by submission: the same progress is shown many times. */
  const told = new Set<string>();
  const once = (outcome: string, progress: RunProgress | RemoteRunProgress): boolean => {
    const key = `${progress.submission} ${outcome}`;
    return !told.has(key) && told.add(key).has(key);
  };
  const submission = (outcome: string, progress: RunProgress | RemoteRunProgress): void => {
    if (!once(outcome, progress)) return;
    gauging.count('submissions', { profile, outcome });
    const level = outcome === 'ambiguous' ? 'warn' : 'info';
    gauging.log(level, `submission ${outcome}`, aboutOf(progress));
  };
  return {
    onProgress: (progress) => {
      if (progress.submissionOutcome !== undefined)
        submission(progress.submissionOutcome, progress);
      if (isAmbiguous(progress)) submission('ambiguous', progress);
      if (progress.phase !== 'ended' || !once('ended', progress)) return;
      const { outcome = 'unknown', note } = progress;
      gauging.count('runs', { profile, outcome });
      const level = ['COMPLETED', 'canceled'].includes(outcome) ? 'info' : 'warn';
      gauging.log(level, 'run ended', { ...aboutOf(progress), outcome, note });
    },
    onExecution: (execution) => {
      const { jobId, jobExecutionId: executionId, status } = execution;
      if (!isTerminal(status) || ended.has(executionId)) return;
      ended.add(executionId);
      gauging.count('executions', { profile, outcome: status });
      const { waitingMs, runningMs } = spansOf(execution);
      if (waitingMs !== undefined) gauging.record('waitingSeconds', waitingMs / 1_000, { profile });
      if (runningMs !== undefined) gauging.record('runningSeconds', runningMs / 1_000, { profile });
      gauging.log('info', 'execution ended', { profile, jobId, executionId, status });
    },
  };
}

const isAmbiguous = ({ phase, outcome }: RunProgress | RemoteRunProgress): boolean =>
  phase === 'awaiting-resolution' || outcome === 'DataFlowSubmissionAmbiguous';

/** Ids in log lines. For a remote run the service's workflow has its own field, because `workflowId` is Temporal's. */
function aboutOf(progress: RunProgress | RemoteRunProgress): About {
  const { submission, profile = DEFAULT_PROFILE } = progress;
  if ('jobId' in progress) {
    const { jobId, executionId } = progress;
    return { profile, jobId, submission, ...(executionId !== undefined && { executionId }) };
  }
  return { profile, remoteWorkflowId: progress.workflowId, submission };
}

type OnExecution = (execution: JobExecution) => void;

/** Observes the promise without awaiting it, so that command order and replay do not change. */
function seen<Value>(
  waited: Promise<VerbResult<Value>>,
  onValue: (value: Value) => void,
): Promise<VerbResult<Value>> {
  waited.then(
    (came) => {
      if (came.kind === 'done') onValue(came.value);
    },
    () => undefined,
  );
  return waited;
}

/** Wraps the port of a run: `onExecution` is called with every execution that its verbs return. */
export const observeExecutions = (port: RunPort, onExecution: OnExecution): RunPort => ({
  ...port,
  awaitEnd: (input, limits) =>
    seen(port.awaitEnd(input, limits), ({ execution }) => {
      onExecution(execution);
    }),
  stop: (input, limits) =>
    seen(port.stop(input, limits), ({ execution }) => {
      onExecution(execution);
    }),
  read: (input, limits) => seen(port.read(input, limits), onExecution),
});

/** The same for a run of a remote workflow. */
export const seenInRemoteRun = (port: RemotePort, onExecution: OnExecution): RemotePort => ({
  ...port,
  follow: (input, limits) =>
    seen(port.follow(input, limits), ({ ended }) => {
      ended.forEach(onExecution);
    }),
  stop: (input, limits) =>
    seen(port.stop(input, limits), ({ execution }) => {
      onExecution(execution);
    }),
});

import { log, metricMeter } from '@temporalio/workflow';
import { isTerminal, type JobExecution } from '../../contract/job.js';
import type { AuditClass } from '../../contract/audit.js';
import { type CounterKey, type HistogramKey, METRICS } from '../../contract/metrics.js';
import { DEFAULT_PROFILE } from '../../contract/names.js';
import type { RemoteRunProgress } from '../../contract/remote-run.js';
import type { RunProgress } from '../../contract/run.js';
import { spansOf } from '../job-run/progress.js';

type About = Readonly<Record<string, unknown>>;

/** Receives metrics and log lines. In a workflow: the meter and the log of the SDK, which ignore replayed ones. */
export interface MetricsSink {
  count(key: CounterKey, labels: Readonly<Record<string, string>>): void;
  record(key: HistogramKey, value: number, labels: Readonly<Record<string, string>>): void;
  log(level: 'info' | 'warn', message: string, about: About): void;
}

/** Counts and logs one run. It emits no command, so that a history replays with it and without it. */
export interface Measure {
  /** Must be called at each change of the run's progress. */
  readonly onProgress: (progress: RunProgress | RemoteRunProgress) => void;
  /** Must be called for each execution that the run saw. One that has ended is counted once. */
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

const AUDIT_CLASSES: readonly AuditClass[] = ['owned', 'orphaned', 'external', 'unknown'];

/** Writes the gauge of an audit: how many executions of each class are active. */
export function setAudited(
  profile: string,
  executions: readonly { readonly class: AuditClass }[],
): void {
  const { name, meaning } = METRICS.audited;
  const gauge = metricMeter.createGauge(name, 'float', undefined, meaning);
  for (const outcome of AUDIT_CLASSES)
    gauge.set(executions.filter((one) => one.class === outcome).length, { profile, outcome });
}

export function measureRun(
  { profile = DEFAULT_PROFILE }: { readonly profile?: string | undefined },
  sink: MetricsSink = TEMPORAL,
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
    sink.count('submissions', { profile, outcome });
    const level = outcome === 'ambiguous' ? 'warn' : 'info';
    sink.log(level, `submission ${outcome}`, aboutOf(progress));
  };
  return {
    onProgress: (progress) => {
      if (progress.submissionOutcome !== undefined)
        submission(progress.submissionOutcome, progress);
      if (isAmbiguous(progress)) submission('ambiguous', progress);
      if (progress.phase !== 'ended' || !once('ended', progress)) return;
      const { outcome = 'unknown', note } = progress;
      sink.count('runs', { profile, outcome });
      const level = ['COMPLETED', 'canceled'].includes(outcome) ? 'info' : 'warn';
      sink.log(level, 'run ended', { ...aboutOf(progress), outcome, note });
    },
    onExecution: (execution) => {
      const { jobId, jobExecutionId: executionId, status } = execution;
      if (!isTerminal(status) || ended.has(executionId)) return;
      ended.add(executionId);
      sink.count('executions', { profile, outcome: status });
      const { waitingMs, runningMs } = spansOf(execution);
      if (waitingMs !== undefined) sink.record('waitingSeconds', waitingMs / 1_000, { profile });
      if (runningMs !== undefined) sink.record('runningSeconds', runningMs / 1_000, { profile });
      sink.log('info', 'execution ended', { profile, jobId, executionId, status });
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

/** How long a member waited for its group. */
export function recordGroupWait(group: string, waitedMs: number): void {
  TEMPORAL.record('groupWaitSeconds', waitedMs / 1_000, { group });
}

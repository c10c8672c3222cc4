import { describe, expect, it } from 'vitest';
import type { RunProgress } from '../../../contract/run.js';
import { type MetricsSink, measureRun } from '../../../workflows/runtime/run-metrics.js';

const aProgress = (change: Partial<RunProgress> = {}): RunProgress => ({
  ...{
    jobId: 'jobA',
    phase: 'waiting',
    submission: 's1',
    attempt: 1,
    posts: 1,
    outcomeUnknown: false,
  },
  ...{ candidates: [], duplicates: [], previousAttempts: [] },
  ...change,
});

const execution = {
  ...{ jobId: 'jobA', jobExecutionId: 'e1', status: 'COMPLETED' },
  createdDate: '2026-11-22T00:00:00Z',
  startDate: '2026-11-22T00:00:30Z',
  endDate: '2026-11-22T00:10:30Z',
};

/** Everything that a run's measure writes, in words. */
const aMeasure = (profile?: string) => {
  const written: string[] = [];
  const logged: Readonly<Record<string, unknown>>[] = [];
  const gauging: MetricsSink = {
    count: (key, labels) => written.push(`${key} ${Object.values(labels).join(' ')}`),
    record: (key, value) => written.push(`${key} ${value}`),
    log: (level, message, about) => logged.push({ level, message, ...about }),
  };
  return { ...measureRun({ profile }, gauging), written, logged };
};

describe('measureRun', () => {
  it('counts how a submission came by its execution once, however often it is shown', () => {
    const { onProgress, written } = aMeasure();
    onProgress(aProgress());
    onProgress(aProgress({ submissionOutcome: 'submitted' }));
    onProgress(aProgress({ submissionOutcome: 'submitted', status: 'RUNNING' }));
    expect(written).toEqual(['submissions default submitted']);
  });

  it('counts each submission of a run that is tried again', () => {
    const { onProgress, written } = aMeasure('etl');
    onProgress(aProgress({ submissionOutcome: 'submitted' }));
    onProgress(aProgress({ submission: 's2', attempt: 2 }));
    onProgress(aProgress({ submission: 's2', attempt: 2, submissionOutcome: 'adopted' }));
    expect(written).toEqual(['submissions etl submitted', 'submissions etl adopted']);
  });

  it('counts a held submission as ambiguous when it is held, and again by how it was answered', () => {
    const { onProgress, written } = aMeasure();
    onProgress(aProgress({ phase: 'awaiting-resolution' }));
    onProgress(aProgress({ phase: 'awaiting-resolution', note: 'still' }));
    onProgress(aProgress({ submissionOutcome: 'adopted' }));
    expect(written).toEqual(['submissions default ambiguous', 'submissions default adopted']);
  });

  it('counts a time-out as the run that ended so', () => {
    const { onProgress, written, logged } = aMeasure();
    onProgress(
      aProgress({ phase: 'ended', outcome: 'DataFlowDeadlineExceeded', note: 'too late' }),
    );
    expect(written).toEqual(['runs default DataFlowDeadlineExceeded']);
    expect(logged).toMatchObject([{ level: 'warn', message: 'run ended', jobId: 'jobA' }]);
  });

  it('counts an ambiguous end as a submission and as a run', () => {
    const { onProgress, written } = aMeasure();
    onProgress(aProgress({ phase: 'ended', outcome: 'DataFlowSubmissionAmbiguous' }));
    expect(written).toEqual([
      'submissions default ambiguous',
      'runs default DataFlowSubmissionAmbiguous',
    ]);
  });

  it('counts an execution that has ended once, with its spans in seconds by the dates of the service', () => {
    const { onExecution, written } = aMeasure();
    onExecution({ ...execution, status: 'RUNNING' });
    onExecution(execution);
    onExecution(execution);
    expect(written).toEqual([
      'executions default COMPLETED',
      'waitingSeconds 30',
      'runningSeconds 600',
    ]);
  });

  it('records no span that the service gave no dates for', () => {
    const { onExecution, written } = aMeasure();
    onExecution({ jobId: 'jobA', jobExecutionId: 'e1', status: 'CANCELED' });
    expect(written).toEqual(['executions default CANCELED']);
  });

  it('logs job, execution and submission with each line', () => {
    const { onProgress, onExecution, logged } = aMeasure();
    onProgress(aProgress({ submissionOutcome: 'adopted', executionId: 'e1' }));
    onExecution(execution);
    expect(logged).toMatchObject([
      { message: 'submission adopted', jobId: 'jobA', executionId: 'e1', submission: 's1' },
      { message: 'execution ended', jobId: 'jobA', executionId: 'e1', status: 'COMPLETED' },
    ]);
  });
});

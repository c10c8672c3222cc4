import type { FailureType } from '../../../contract/failures.js';
import type { JobExecution } from '../../../contract/job.js';
import type { RunJobRequest } from '../../../contract/run.js';
import type { Failure, RunPort, SubmitOutcome } from '../../../workflows/job-run/port.js';
import { anExecution, fakeRun, type FakeRun } from './fake-port.js';

export const done = <Value>(value: Value): Promise<{ kind: 'done'; value: Value }> =>
  Promise.resolve({ kind: 'done', value });
export const ended = (change = {}): ReturnType<RunPort['awaitEnd']> =>
  done({
    execution: anExecution(change),
    duplicates: [],
    copies: [],
    exactDuplicates: false,
    statusCalls: 1,
  });
export const aFailure = (
  type: FailureType,
  details: Partial<Failure['details']> = {},
): Failure => ({
  type,
  message: `${type} came`,
  details: { remedy: '', ...details },
});
export const unknownOutcome: SubmitOutcome<never> = {
  kind: 'outcomeUnknown',
  failure: aFailure('DataFlowSubmissionUnknown'),
};
export const started = (id = 'e1'): SubmitOutcome<JobExecution> => ({
  kind: 'started',
  start: anExecution({ jobExecutionId: id, status: 'READY' }),
});
export const notSent = (details = {}): SubmitOutcome<never> => ({
  kind: 'notSent',
  failure: aFailure('DataFlowNotSent', details),
});
export const refused = (type: FailureType): SubmitOutcome<never> => ({
  kind: 'refused',
  failure: aFailure(type, { status: 400 }),
});

/** Answers one after the other; the last one repeats. */
export const inTurn = <Value>(...values: Value[]): (() => Promise<Value>) => {
  let next = 0;
  return () => Promise.resolve(values[Math.min(next++, values.length - 1)]!);
};
export const aRun = (verbs: Partial<RunPort>, request: Partial<RunJobRequest> = {}): FakeRun =>
  fakeRun({ jobId: 'jobA', ...request }, verbs);
export const verbsOf = ({ calls }: FakeRun): string[] =>
  calls.map(({ verb }) => verb).filter((verb) => verb !== 'sleep');
/** Executions that were created a second apart. */
const listed = (ids: readonly string[]): JobExecution[] =>
  ids.map((jobExecutionId, index) =>
    anExecution({
      jobExecutionId,
      status: 'RUNNING',
      createdDate: `2026-11-22T12:00:0${index}+09:00`,
    }),
  );
export const found = (...ids: string[]): ReturnType<RunPort['reconcile']> =>
  done({ matches: listed(ids), possible: [], exactMatch: false });
export const exact = (...ids: string[]): ReturnType<RunPort['reconcile']> =>
  done({ matches: listed(ids), possible: [], exactMatch: true });
export const failureOf = (run: FakeRun): Promise<unknown> =>
  run.result().then(
    (value) => ({ unexpected: value }),
    (error: unknown) => (error as { failure?: Failure }).failure,
  );

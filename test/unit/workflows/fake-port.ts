import type { Permit } from '../../../contract/activities.js';
import type { JobExecution } from '../../../contract/job.js';
import type { RunJobRequest, RunJobResult } from '../../../contract/run.js';
import { DEFAULT_TIMINGS } from '../../../contract/timings.js';
import { runToEnd } from '../../../workflows/job-run/attempts.js';
import type { Cancellation, RunPort } from '../../../workflows/job-run/port.js';
import { planRun } from '../../../workflows/job-run/request.js';
import { newSubmission, type Run } from '../../../workflows/job-run/run.js';
import { freshProgress } from '../../../workflows/job-run/progress.js';
import { claimOf, submissionOf } from '../../../workflows/job-run/state.js';

export const anExecution = (change: Partial<JobExecution> = {}): JobExecution => ({
  jobExecutionId: 'e1',
  jobId: 'jobA',
  status: 'COMPLETED',
  ...change,
});

export const aPermit = (change: Partial<Permit> = {}): Permit => ({
  baselineMs: 1_000_000,
  knownIds: [],
  runId: 'run',
  job: {
    name: 'sales',
    type: 'SCRIPT',
    status: 'READY',
    jobCondition: { numWorker: 2, timeout: 360 },
  },
  active: [],
  found: { matches: [], possible: [] },
  timings: DEFAULT_TIMINGS,
  ...change,
});

/** A run whose verbs the test gives, on a clock that only `sleep` moves; every call is noted. */
export interface FakeRun {
  readonly run: Run;
  readonly calls: { readonly verb: string; readonly input: unknown }[];
  readonly clock: { nowMs: number };
  cancel(): void;
  result(): Promise<RunJobResult>;
}

export function fakeRun(request: RunJobRequest, verbs: Partial<RunPort>): FakeRun {
  const calls: { verb: string; input: unknown }[] = [];
  const clock = { nowMs: 5_000_000 };
  const listeners: (() => void)[] = [];
  const claims = new Map<string, string>();
  let isCancelled = false;
  const cancellation: Cancellation = {
    get requested() {
      return isCancelled;
    },
    onRequest: (listener) => {
      listeners.push(listener);
      return () => undefined;
    },
    within: (act) => act(),
  };
  const noted =
    <Input, Output>(verb: string, act: (input: Input, limits: never) => Promise<Output>) =>
    (input: Input, limits: never): Promise<Output> => {
      calls.push({ verb, input });
      return act(input, limits);
    };
  const unexpected = (verb: string) => (): never => {
    throw new Error(`${verb} was not expected`);
  };
  const port: RunPort = {
    runId: () => 'run',
    now: () => clock.nowMs,
    random: () => 0.5,
    sleep: (ms) => {
      calls.push({ verb: 'sleep', input: ms });
      if (!isCancelled) clock.nowMs += ms;
      return Promise.resolve(!isCancelled);
    },
    jobLock: verbs.jobLock ?? (() => Promise.resolve({ kind: 'done', value: () => undefined })),
    claim: (executionId, submission) => {
      claims.set(executionId, submission);
    },
    claimedIds:
      verbs.claimedIds ??
      ((except) => [...claims].filter(([, of]) => of !== except).map(([id]) => id)),
    isAnotherUnknown: verbs.isAnotherUnknown ?? (() => false),
    prepare: noted(
      'prepare',
      verbs.prepare ?? (() => Promise.resolve({ kind: 'done', value: aPermit() })),
    ),
    submit: noted('submit', verbs.submit ?? unexpected('submit')),
    reconcile: noted('reconcile', verbs.reconcile ?? unexpected('reconcile')),
    awaitEnd: noted('awaitEnd', verbs.awaitEnd ?? unexpected('awaitEnd')),
    awaitCapacity: noted('awaitCapacity', verbs.awaitCapacity ?? unexpected('awaitCapacity')),
    stop: noted('stop', verbs.stop ?? unexpected('stop')),
    read: noted('read', verbs.read ?? unexpected('read')),
    expectEntry: () => () => undefined,
    enterGroup: noted('enterGroup', verbs.enterGroup ?? unexpected('enterGroup')),
    awaitGrant: noted('awaitGrant', verbs.awaitGrant ?? unexpected('awaitGrant')),
    leaveGroup: (input) => {
      calls.push({ verb: 'leaveGroup', input });
      return Promise.resolve();
    },
    awaitResolution: noted(
      'awaitResolution',
      verbs.awaitResolution ?? unexpected('awaitResolution'),
    ),
  };
  const plan = planRun(request);
  const { state } = plan;
  const submission =
    state === undefined ? newSubmission('key-1', 1) : submissionOf(state, clock.nowMs);
  const run: Run = {
    plan,
    port,
    cancellation,
    deadlineMs: plan.runTimeoutMs === undefined ? undefined : clock.nowMs + plan.runTimeoutMs,
    keyOf: (attempt) => `key-${attempt}`,
    previousAttempts: [...(state?.previousAttempts ?? [])],
    onProgress: () => undefined,
    submission,
    progress: freshProgress(plan, submission),
  };
  if (state !== undefined) claimOf(state, port);
  return {
    run,
    calls,
    clock,
    cancel: () => {
      isCancelled = true;
      for (const listener of listeners) listener();
    },
    result: () => runToEnd(run),
  };
}

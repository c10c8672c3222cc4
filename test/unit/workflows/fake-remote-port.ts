import type {
  FollowInput,
  FollowResult,
  RemotePermit,
  RemoteStart,
} from '../../../contract/remote-activities.js';
import type { JobExecution } from '../../../contract/job.js';
import type {
  RunRemoteWorkflowRequest,
  RunRemoteWorkflowResult,
} from '../../../contract/remote-run.js';
import { DEFAULT_TIMINGS } from '../../../contract/timings.js';
import { runRemoteToEnd } from '../../../workflows/remote-run/follow.js';
import type { RemotePort } from '../../../workflows/remote-run/port.js';
import { planRemoteRun } from '../../../workflows/remote-run/request.js';
import { freshRemoteState, type RemoteRun } from '../../../workflows/remote-run/remote-run.js';
import { freshRemoteProgress } from '../../../workflows/remote-run/progress.js';
import type { SubmitOutcome, VerbResult } from '../../../workflows/job-run/port.js';

export const B0 = 1_000_000;

/** `first`, and `second` after it. */
export const aRemotePermit = (change: Partial<RemotePermit> = {}): RemotePermit => ({
  baselineMs: B0,
  runId: 'run',
  timings: DEFAULT_TIMINGS,
  name: 'nightly',
  triggerId: 't',
  nodes: [
    { jobId: 'first', parentJobIds: [], knownIds: [] },
    { jobId: 'second', parentJobIds: ['first'], knownIds: [] },
  ],
  ...change,
});

export const an = (jobId: string, status: string, id = `${jobId}-1`): JobExecution => ({
  jobExecutionId: id,
  jobId,
  status,
});

export const accepted: SubmitOutcome<RemoteStart> = {
  kind: 'started',
  start: { triggerId: 't' },
};

/** What a look shows: executions of a job, or the end of one. */
export const seen = (jobId: string, settled: boolean, ...executions: JobExecution[]) =>
  news({ seen: [{ jobId, executions, possibleIds: [], settled }] });
/** A listing that settles a node, and shows executions of which the service does not tell what started them. */
export const possibly = (jobId: string, ...possibleIds: string[]) =>
  news({ seen: [{ jobId, executions: [], possibleIds, settled: true }] });
export const lost = (jobId: string) =>
  news({ lost: [{ jobId, message: `job ${jobId} is not found` }] });
export const endOf = (...ended: JobExecution[]) => news({ ended });
export const news = (change: Partial<FollowResult>): VerbResult<FollowResult> => ({
  kind: 'done',
  value: { seen: [], ended: [], lost: [], statusCalls: 1, ...change },
});

export interface FakeRemoteRun {
  readonly run: RemoteRun;
  readonly calls: { readonly verb: string; readonly input: unknown }[];
  /** Locks that were taken, and after how many calls each was released. */
  readonly locks: { readonly name: string; readonly releasedAfter: number | undefined }[];
  readonly clock: { nowMs: number };
  /** What was asked of each look. */
  follows(): readonly FollowInput[];
  cancel(): void;
  result(): Promise<RunRemoteWorkflowResult>;
}

type Look = VerbResult<FollowResult> | (() => VerbResult<FollowResult>);

/** A run whose verbs the test gives; looks answer one after the other. */
export function fakeRemoteRun(
  looks: readonly Look[],
  verbs: Partial<RemotePort> = {},
  request: Partial<RunRemoteWorkflowRequest> = {},
): FakeRemoteRun {
  const calls: { verb: string; input: unknown }[] = [];
  const locks: FakeRemoteRun['locks'] = [];
  const clock = { nowMs: 5_000_000 };
  const left = [...looks];
  let isCancelled = false;
  const noted =
    <Input, Limits, Output>(verb: string, act: (input: Input, limits: Limits) => Output) =>
    (input: Input, limits: Limits): Output => {
      calls.push({ verb, input });
      return act(input, limits);
    };
  const port: RemotePort = {
    runId: () => 'run',
    now: () => clock.nowMs,
    random: () => 0.5,
    sleep: (ms) => {
      clock.nowMs += ms;
      return Promise.resolve(!isCancelled);
    },
    jobLock: verbs.jobLock ?? (() => Promise.resolve({ kind: 'done', value: () => undefined })),
    identify:
      verbs.identify ?? (() => Promise.resolve({ kind: 'done', value: { host: 'service.test' } })),
    lock:
      verbs.lock ??
      ((name) => {
        locks.push({ name, releasedAfter: undefined });
        return Promise.resolve(() => {
          Object.assign(locks.at(-1)!, { releasedAfter: calls.length });
          return Promise.resolve();
        });
      }),
    lockId: (name) => `lock ${name}`,
    prepare: noted(
      'prepare',
      verbs.prepare ?? (() => Promise.resolve({ kind: 'done', value: aRemotePermit() })),
    ),
    submit: noted('submit', verbs.submit ?? (() => Promise.resolve(accepted))),
    follow: (input) => {
      calls.push({ verb: 'follow', input: input() });
      const next = left.shift();
      if (next === undefined) throw new Error('a further look was not expected');
      return Promise.resolve(typeof next === 'function' ? next() : next);
    },
    stop: noted(
      'stop',
      verbs.stop ??
        (() => {
          throw new Error('stop was not expected');
        }),
    ),
  };
  const plan = planRemoteRun({ workflowId: 'w', ...request });
  const run: RemoteRun = {
    plan,
    port,
    cancellation: {
      get requested() {
        return isCancelled;
      },
      onRequest: () => () => undefined,
      within: (act) => act(),
    },
    deadlineMs: plan.runTimeoutMs === undefined ? undefined : clock.nowMs + plan.runTimeoutMs,
    onProgress: () => undefined,
    key: 'key',
    ...freshRemoteState(),
    progress: freshRemoteProgress(plan, 'key'),
  };
  return {
    run,
    calls,
    locks,
    clock,
    follows: () =>
      calls.filter(({ verb }) => verb === 'follow').map(({ input }) => input as FollowInput),
    cancel: () => {
      isCancelled = true;
    },
    result: () => runRemoteToEnd(run),
  };
}

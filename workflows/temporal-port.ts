import { sleep, workflowInfo } from '@temporalio/workflow';
import { readEnd, readSubmitEnd } from './failures.js';
import { cancellable, rethrow } from './cancellation.js';
import {
  awaitFreeWithin,
  awaitWithin,
  callOperation,
  findWithin,
  followWithin,
  identifyWithin,
  prepareRemoteWithin,
  prepareWithin,
  startRemoteUnder,
  stopWithin,
  submitUnder,
} from './proxies.js';
import { remoteLockId, takeRemoteLock } from './remote-lock.js';
import type { RemotePort } from './remote-run/port.js';
import { reported } from './reported.js';
import { type Cancellation, type RunPort, UNCANCELLABLE, type VerbResult } from './job-run/port.js';
import { inOwnTurn } from './job-lock.js';

type Shared = Pick<
  RunPort,
  'awaitResolution' | 'jobLock' | 'claim' | 'claimedIds' | 'isAnotherUnknown'
>;

/** What runs of either kind need. */
const surroundings = (): Pick<RunPort, 'runId' | 'now' | 'random' | 'sleep' | 'stop'> => ({
  runId: () => workflowInfo().runId,
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: inOwnTurn(
    async (ms, cancellation) =>
      (await cancellable(cancellation, () => sleep(ms), rethrow)).kind === 'done',
  ),
  stop: inOwnTurn((input, limits) =>
    reported({ ...limits, cancellation: UNCANCELLABLE }, (report, left) =>
      stopWithin(left)({ ...input, report }),
    ),
  ),
});

/**
 * The verbs of a run as Temporal activities and timers. `shared` is what the runs of one workflow share; waits go to
 * `taskQueue`, everything else to the workflow's own.
 */
export const temporalPort = (shared: Shared, taskQueue?: string): RunPort => ({
  ...shared,
  ...surroundings(),
  prepare: inOwnTurn((input, limits) =>
    reported(limits, (report, left) => prepareWithin(left)({ ...input, report })),
  ),
  submit: inOwnTurn(async (input, limits) => {
    try {
      const execution = await submitUnder(input, limits)(input);
      return { kind: 'started', execution };
    } catch (error) {
      return readSubmitEnd(error);
    }
  }),
  reconcile: inOwnTurn((input, limits) =>
    reported(limits, (report, left) => findWithin(left)({ ...input, report })),
  ),
  awaitEnd: inOwnTurn((input, limits) =>
    reported(limits, (report, left) => awaitWithin({ ...left, taskQueue })({ ...input, report })),
  ),
  awaitCapacity: inOwnTurn((input, limits) =>
    reported(limits, (report, left) =>
      awaitFreeWithin({ ...left, taskQueue })({ ...input, report }),
    ),
  ),
  read: inOwnTurn((input, limits) =>
    waited(UNCANCELLABLE, () => callOperation('getJobExecutionById', { ...limits, input })),
  ),
});

/** The verbs of a run of a remote workflow. */
export const temporalRemotePort = (
  { jobLock }: Pick<Shared, 'jobLock'>,
  taskQueue?: string,
): RemotePort => ({
  ...surroundings(),
  jobLock,
  identify: inOwnTurn((input, limits) =>
    waited(limits.cancellation, () => identifyWithin(limits)(input)),
  ),
  lock: inOwnTurn(takeRemoteLock),
  lockId: remoteLockId,
  prepare: inOwnTurn((input, limits) =>
    reported(limits, (report, left) => prepareRemoteWithin(left)({ ...input, report })),
  ),
  submit: inOwnTurn(async (input, limits) => {
    try {
      return { kind: 'started', start: await startRemoteUnder(input, limits)(input) };
    } catch (error) {
      return readSubmitEnd(error);
    }
  }),
  follow: inOwnTurn((input, limits) =>
    reported(limits, (report, left) =>
      followWithin({ ...left, taskQueue })({ ...input(), report }),
    ),
  ),
});

const waited = <Value>(
  cancellation: Cancellation,
  act: () => Promise<Value>,
  graceMs = 0,
): Promise<VerbResult<Value>> => cancellable(cancellation, act, readEnd, graceMs);

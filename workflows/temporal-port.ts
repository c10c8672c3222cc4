import { sleep, workflowInfo } from '@temporalio/workflow';
import { readEnd, readSubmitEnd } from './failures.js';
import { interruptible, rethrow } from './interrupt.js';
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
import type { RemotePort } from './remote/port.js';
import { reported } from './reported.js';
import { NEVER } from './run/never.js';
import type { Interrupt, RunPort, Waited } from './run/port.js';
import { inOwnTurn } from './turn.js';

type Shared = Pick<RunPort, 'word' | 'turn' | 'claim' | 'claimedIds' | 'isAnotherInDoubt'>;

/** What runs of either kind need. */
const surroundings = (): Pick<RunPort, 'runId' | 'now' | 'random' | 'sleep' | 'stop'> => ({
  runId: () => workflowInfo().runId,
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: inOwnTurn(
    async (ms, interrupt) =>
      (await interruptible(interrupt, () => sleep(ms), rethrow)).kind === 'done',
  ),
  stop: inOwnTurn((input, limits) =>
    reported({ ...limits, interrupt: NEVER }, (report, left) =>
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
  look: inOwnTurn((input, limits) =>
    reported(limits, (report, left) => findWithin(left)({ ...input, report })),
  ),
  awaitEnd: inOwnTurn((input, limits) =>
    reported(limits, (report, left) => awaitWithin({ ...left, taskQueue })({ ...input, report })),
  ),
  awaitFree: inOwnTurn((input, limits) =>
    reported(limits, (report, left) =>
      awaitFreeWithin({ ...left, taskQueue })({ ...input, report }),
    ),
  ),
  read: inOwnTurn((input, limits) =>
    waited(NEVER, () => callOperation('getJobExecutionById', { ...limits, input })),
  ),
});

/** The verbs of a run of a remote workflow. */
export const temporalRemotePort = (
  { turn }: Pick<Shared, 'turn'>,
  taskQueue?: string,
): RemotePort => ({
  ...surroundings(),
  turn,
  identify: inOwnTurn((input, limits) =>
    waited(limits.interrupt, () => identifyWithin(limits)(input)),
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
  interrupt: Interrupt,
  act: () => Promise<Value>,
  graceMs = 0,
): Promise<Waited<Value>> => interruptible(interrupt, act, readEnd, graceMs);

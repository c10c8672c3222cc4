import { durationText } from '../../contract/durations.js';
import { timeLeftMs } from '../job-run/limits.js';
import { mustEndAs, nothingStarted, remoteFailed, remoteFailedAs } from './failures.js';
import { remoteRef, type RemoteRun } from './remote-run.js';
import { showRemote } from './progress.js';
import { guardRemote, remoteLimits } from './limits.js';

/** Pauses between attempts. The first ones are short: a lock whose holder has just ended is soon free. */
const PAUSES_MS = [200, 1_000, 2_000, 4_000, 8_000];

/**
 * Serializes runs of one workflow of the service, because the executions of two runs cannot be distinguished. Runs of
 * one Temporal workflow wait for each other; a run of another one in the namespace is refused before its POST (decision
 * 0034).
 * @throws RunFailure
 */
export async function withRemoteLock<Value>(
  run: RemoteRun,
  act: (release: () => Promise<void>) => Promise<Value>,
): Promise<Value> {
  const name = await lockName(run);
  showRemote(run, {
    phase: 'waiting-for-lock',
    note: 'waits for another run of this workflow to end',
  });
  const lock = await run.port.jobLock(
    `remote ${name}`,
    remoteLimits(run, 'await the lock of'),
    'exclusive',
  );
  try {
    guardRemote(run);
    if (lock.kind !== 'done') throw mustEndAs(run, 'another run of it held the lock all the time');
    const release = await acquire(run, name);
    try {
      return await act(release);
    } finally {
      await release();
    }
  } finally {
    if (lock.kind === 'done') lock.value();
  }
}

/** The name has the host of the service, so that two profiles of one service take one lock. */
async function lockName(run: RemoteRun): Promise<string> {
  const { profile, workflowId } = run.plan;
  const input = profile === undefined ? {} : { profile };
  const waited = await run.port.identify(input, remoteLimits(run, 'name the service of'));
  guardRemote(run);
  if (waited.kind === 'done') return `${waited.value.host}/${workflowId}`;
  if (waited.kind === 'failed') throw remoteFailedAs(run, waited.failure);
  throw mustEndAs(run, 'nothing was started');
}

/** @throws RunFailure naming the executions, if the service shows that a run is in progress */
async function refuseIfSeen(run: RemoteRun): Promise<void> {
  const waited = await run.port.prepare(
    remoteRef(run),
    remoteLimits(run, 'check for another run of'),
  );
  if (waited.kind === 'failed') throw nothingStarted(run, waited.failure);
}

async function acquire(run: RemoteRun, name: string): Promise<() => Promise<void>> {
  for (const pauseMs of [...PAUSES_MS, 0]) {
    const release = await run.port.lock(name);
    if (release !== undefined) {
      let released: Promise<void> | undefined;
      return () => (released ??= release());
    }
    if (pauseMs === 0) break;
    const note = `another Temporal workflow runs it; next attempt in ${durationText(pauseMs)}`;
    showRemote(run, { phase: 'waiting-for-lock', note });
    await refuseIfSeen(run);
    await run.port.sleep(Math.min(pauseMs, timeLeftMs(run) ?? pauseMs), run.cancellation);
    guardRemote(run);
  }
  throw remoteFailed(
    run,
    'DataFlowBadState',
    'another Temporal workflow runs it now, and the executions of two runs cannot be told apart; ' +
      `nothing was started (the lock is the Temporal workflow ${run.port.lockId(name)}, a child of the one that holds it)`,
  );
}

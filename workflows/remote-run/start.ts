import type { RemotePermit, RemoteStartInput } from '../../contract/remote-activities.js';
import { durationText } from '../../contract/durations.js';
import { timeLeftMs, isPastDeadline } from '../job-run/limits.js';
import { permitPauseMs } from '../job-run/backoff.js';
import type { Failure, Limits } from '../job-run/port.js';
import { countInRow, isUnauthenticated, MOST_IN_ROW } from '../job-run/post.js';
import { mustEndAs, remoteFailed, remoteFailedAs } from './failures.js';
import type { StartOutcome } from './port.js';
import { remoteRef, type RemoteRun, type Started, toFollowed } from './remote-run.js';
import { showNodes, showRemote, showRemoteError } from './progress.js';

/** Ends the run when it was cancelled or its time is over. Called after every await before a POST. */
export function guardRemote(run: RemoteRun): void {
  if (run.cancellation.requested || isPastDeadline(run))
    throw mustEndAs(run, 'nothing was started');
}

/** Limits of a verb that ends with runTimeout or a cancel. */
export const remoteLimits = (run: RemoteRun, what: string): Limits => ({
  withinMs: run.deadlineMs === undefined ? undefined : Math.max(1, timeLeftMs(run) ?? 1),
  cancellation: run.cancellation,
  summary: `${what} ${run.progress.name ?? run.plan.workflowId}`,
  onReport: showRemoteError(run),
});

/**
 * Permit and POST, until the service has accepted it or may have (docs/submit-protocol.md, rules 1 to 3 and 11). A POST with an unknown outcome is
 * never repeated, not even after a look: what it started shows only when its jobs start.
 */
export async function startRemote(run: RemoteRun): Promise<Started> {
  for (;;) {
    await pauseBeforePermit(run);
    const permit = await takePermit(run);
    const postingMs = run.port.now();
    const outcome = await post(run, permit);
    if (outcome.kind === 'started') {
      const { triggerId } = outcome.start;
      showRemote(run, { triggerId, submissionOutcome: 'submitted' });
      return started(run, permit, triggerId, run.port.now());
    }
    if (outcome.kind === 'outcomeUnknown') {
      run.outcomeUnknown = true;
      const { permitTtlMs, submitTimeoutMs } = permit.timings;
      // As for a job: without Date a permit ends X after a worker has taken the start, which it may do X from now.
      const leavesMs = permit.baselineMs === undefined ? 2 * permitTtlMs : permitTtlMs;
      return started(run, permit, permit.triggerId, postingMs + leavesMs + submitTimeoutMs);
    }
    notStarted(run, outcome.failure);
  }
}

/**
 * The nodes that the trigger starts are listed within `maxListingDelay` of the latest moment of acceptance. That is told by
 * the workflow's clock, which saw the permit and the answer later than the service gave them.
 */
function started(
  run: RemoteRun,
  permit: RemotePermit,
  triggerId: string,
  acceptedMs: number,
): Started {
  const nodes = permit.nodes.map(toFollowed);
  const dueMs = acceptedMs + permit.timings.maxListingDelayMs;
  for (const node of nodes) if (node.parentJobIds.length === 0) node.dueMs = dueMs;
  showNodes(run, { nodes }, { triggerId });
  return { permit, triggerId, nodes };
}

async function pauseBeforePermit(run: RemoteRun): Promise<void> {
  guardRemote(run);
  if (run.permits === 0) return;
  const pauseMs = permitPauseMs(run.permits, run.retryAfterMs, run.port.random());
  showRemote(run, {
    phase: 'backing-off',
    note: `pauses ${durationText(pauseMs)} before the next try`,
  });
  await run.port.sleep(Math.min(pauseMs, timeLeftMs(run) ?? pauseMs), run.cancellation);
  guardRemote(run);
}

async function takePermit(run: RemoteRun): Promise<RemotePermit> {
  showRemote(run, {
    phase: 'preparing',
    note: 'reads the workflow and the latest executions of its jobs',
  });
  const waited = await run.port.prepare(remoteRef(run), remoteLimits(run, 'prepare'));
  run.permits += 1;
  if (waited.kind === 'failed') throw nothingStarted(run, waited.failure);
  if (waited.kind !== 'done') {
    const last = waited.kind === 'timed-out' && waited.last !== undefined ? waited.last : undefined;
    throw mustEndAs(
      run,
      `nothing was started${last === undefined ? '' : ` (the last try: ${last})`}`,
    );
  }
  showRemote(run, { name: waited.value.name });
  return waited.value;
}

type Posted = Exclude<StartOutcome, { readonly kind: 'notPickedUp' }>;

/** One POST under the permit. One that must not be made any more may have been, by the run before a reset. */
async function post(run: RemoteRun, permit: RemotePermit): Promise<Posted> {
  if (run.cancellation.requested || isPastDeadline(run)) {
    if (await mayHavePosted(run, permit)) return SUBMITTED_BY_EARLIER_RUN;
    guardRemote(run);
  }
  run.posts += 1;
  showRemote(run, { phase: 'submitting', note: 'posts the start', outcomeUnknown: true });
  const outcome = await run.port.submit(startInput(run, permit), {
    summary: remoteLimits(run, 'start').summary,
    askWithinMs: 0,
  });
  if (outcome.kind !== 'notPickedUp') return outcome;
  const { failure } = outcome;
  return (await mayHavePosted(run, permit))
    ? { kind: 'outcomeUnknown', failure }
    : { kind: 'not-sent', failure };
}

/** The POST may belong to an earlier workflow run: this run found the permit in its history after a reset. */
const SUBMITTED_BY_EARLIER_RUN = {
  kind: 'outcomeUnknown',
  failure: {
    type: 'DataFlowSubmissionUnknown',
    message: 'the permit was taken by an earlier run of the workflow',
    details: { remedy: '' },
  },
} as const;

/** Whether an earlier run of this Temporal workflow may have posted under the permit; asked of an activity. */
async function mayHavePosted(run: RemoteRun, permit: RemotePermit): Promise<boolean> {
  const { kind } = await run.port.submit(
    { ...startInput(run, permit), postNothing: true },
    {
      summary: remoteLimits(run, 'check the permit of').summary,
      askWithinMs: run.plan.cleanupTimeoutMs,
    },
  );
  return kind !== 'not-sent';
}

const startInput = (
  run: RemoteRun,
  { baselineMs, runId, timings }: RemotePermit,
): RemoteStartInput => ({
  ...remoteRef(run),
  permit: { ...(baselineMs !== undefined && { baselineMs }), runId, timings },
});

/** The end of a run that started nothing because of a failure. A cancel stays a cancel. */
export const nothingStarted = (run: RemoteRun, failure: Failure): Error =>
  run.cancellation.requested
    ? mustEndAs(run, `nothing was started (${failure.message})`)
    : remoteFailedAs(run, failure);

/** Handles a rejection that proves that nothing was started. */
function notStarted(run: RemoteRun, failure: Failure): void {
  if (failure.details.status === undefined) run.posts -= 1; // nothing reached the service
  showRemote(run, {});
  run.retryAfterMs = failure.details.retryAfterMs;
  const inRow = countInRow(run, failure);
  if (failure.type === 'DataFlowNotSent') {
    if (run.cancellation.requested || !isUnauthenticated(failure) || inRow < MOST_IN_ROW) return;
    const message = `the service refused the signature ${inRow} times in a row; nothing was started`;
    throw remoteFailed(run, 'DataFlowUnauthenticated', message, failure.details);
  }
  const isPassing = failure.type === 'DataFlowLinkedRequestFailed' && inRow < MOST_IN_ROW;
  if (!isPassing) throw nothingStarted(run, failure);
}

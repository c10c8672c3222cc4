import type { RemotePermit, RemoteStart } from '../../contract/remote-activities.js';
import { isPastDeadline, whyMustEnd } from '../job-run/limits.js';
import {
  impossible,
  nextSubmitState,
  type SubmitEvent,
  type SubmitFailures,
} from '../job-run/submit-state.js';
import { pauseBeforePermit, type Submitting, submitUnderPermit } from '../job-run/submit.js';
import { mustEndAs, nothingStarted, remoteFailed } from './failures.js';
import { remoteLimits } from './limits.js';
import { showNodes, showRemote } from './progress.js';
import {
  type AcceptedStart,
  remoteRef,
  type RemoteRun,
  type RemoteSubmitState,
  type Started,
  toFollowed,
} from './remote-run.js';

/**
 * Permit and POST, until the service has accepted it or may have (docs/submit-protocol.md, rules 1 to 3 and 11). A POST
 * with an unknown outcome is never repeated, not even after it was reconciled: what it started shows only when its jobs
 * start.
 * @throws RunFailure if the run must end and nothing was started.
 */
export async function startRemote(run: RemoteRun): Promise<Started> {
  const submitting = submittingRemote(run);
  for (;;) {
    const { submission } = run;
    switch (submission.kind) {
      case 'accepted': {
        const { permit, triggerId, acceptedMs } = submission.accepted;
        showRemote(run, { triggerId, submissionOutcome: 'submitted' });
        return started(run, permit, triggerId, acceptedMs + permit.timings.maxListingDelayMs);
      }
      case 'outcomeUnknown': {
        const { permit, record } = submission;
        if (permit === undefined) throw new Error('a start without a permit cannot be reconciled');
        return started(run, permit, permit.triggerId, record.untilMs);
      }
      case 'failed':
        throw submission.failure;
      default:
        await pauseBeforePermit(submitting);
        await submitUnderPermit(submitting);
    }
  }
}

/** Reconciling has found what the trigger started: the outcome of the POST is known. */
export function adoptStart(run: RemoteRun): void {
  run.submission = nextRemoteSubmitState(run, { kind: 'adopted' });
}

/**
 * The nodes that the trigger starts are listed by `dueMs`: `maxListingDelay` after the latest moment of acceptance. That
 * is measured by the workflow's clock, which saw the permit and the answer later than the service gave them.
 */
function started(run: RemoteRun, permit: RemotePermit, triggerId: string, dueMs: number): Started {
  const nodes = permit.nodes.map(toFollowed);
  for (const node of nodes) if (node.parentJobIds.length === 0) node.dueMs = dueMs;
  showNodes(run, { nodes }, { triggerId });
  return { permit, triggerId, nodes };
}

const submittingRemote = (run: RemoteRun): Submitting<RemotePermit, RemoteStart> => ({
  run,
  state: () => run.submission,
  dispatch: (event) => {
    if (event.kind === 'permitted') showRemote(run, { name: event.permit.name });
    run.submission = nextRemoteSubmitState(run, event);
    showRemote(run, {});
  },
  show: (phase, note) => {
    showRemote(run, { phase, note });
  },
  limits: (what) => remoteLimits(run, what),
  nothingLeft: 'nothing was started',
  isTooLate: () => isPastDeadline(run),
  prepare: (within) => run.port.prepare(remoteRef(run), within),
  sent: () => ({}),
  submit: ({ baselineMs, runId, timings }, call, within) => {
    const permit = { ...(baselineMs !== undefined && { baselineMs }), runId, timings };
    return run.port.submit({ ...remoteRef(run), permit, ...call }, within);
  },
});

/** `adopted`: reconciling has found what the trigger started. */
function nextRemoteSubmitState(
  run: RemoteRun,
  event: SubmitEvent<RemotePermit, RemoteStart> | { readonly kind: 'adopted' },
): RemoteSubmitState {
  const { submission, port } = run;
  const { record } = submission;
  const acceptedMs = port.now();
  switch (event.kind) {
    case 'started': {
      if (submission.kind !== 'submitting') break;
      const { permit } = submission;
      const { triggerId } = event.start;
      return { kind: 'accepted', accepted: { permit, triggerId, acceptedMs }, record };
    }
    case 'adopted': {
      if (submission.kind !== 'outcomeUnknown' || submission.permit === undefined) break;
      const { permit } = submission;
      const { triggerId } = permit;
      return { kind: 'accepted', accepted: { permit, triggerId, acceptedMs }, record };
    }
    default: {
      const context = { nowMs: acceptedMs, mustEnd: whyMustEnd(run) };
      return nextSubmitState(failuresOf(run), submission, event, context);
    }
  }
  return impossible(submission, event);
}

const failuresOf = (run: RemoteRun): SubmitFailures<RemotePermit, AcceptedStart, unknown> => ({
  mustEnd: (_, { detail }) => mustEndAs(run, detail),
  notStarted: (failure) => nothingStarted(run, failure),
  unauthenticated: ({ details }, inRow) => {
    const message = `the service refused the signature ${inRow} times in a row; nothing was started`;
    return remoteFailed(run, 'DataFlowUnauthenticated', message, details);
  },
});

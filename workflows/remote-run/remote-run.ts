import type { JobExecution } from '../../contract/job.js';
import type { RemoteNode, RemotePermit, RemoteRef } from '../../contract/remote-activities.js';
import type { RemoteRunProgress } from '../../contract/remote-run.js';
import type { Cancellation } from '../job-run/port.js';
import { EMPTY_RECORD, isOutcomeUnknown, type SubmitState } from '../job-run/submit-state.js';
import type { RemotePort } from './port.js';
import type { RemotePlan } from './request.js';

/** One run of a remote workflow: everything that its steps share. */
export interface RemoteRun {
  readonly plan: RemotePlan;
  readonly port: RemotePort;
  readonly cancellation: Cancellation;
  /** Time of the port's clock at which the run must end. Without runTimeout it is set after the start. */
  deadlineMs: number | undefined;
  readonly onProgress: (progress: RemoteRunProgress) => void;
  /** What the progress query shows; replaced by `show`. */
  progress: RemoteRunProgress;
  readonly key: string;
  submission: RemoteSubmitState;
  statusCalls: number;
}

/** A POST of a remote workflow that was accepted. */
export interface AcceptedStart {
  readonly permit: RemotePermit;
  readonly triggerId: string;
  /** Workflow time at which the answer was known. */
  readonly acceptedMs: number;
}

export type RemoteSubmitState = SubmitState<RemotePermit, AcceptedStart>;

/** State of a run that has just begun. */
export const freshRemoteState = (): Pick<RemoteRun, 'submission' | 'statusCalls'> => ({
  submission: { kind: 'ready', record: EMPTY_RECORD },
  statusCalls: 0,
});

/** Whether the POST may have been accepted, and this is not known. */
export const isStartUnknown = ({ submission }: RemoteRun): boolean => isOutcomeUnknown(submission);

/** A run whose POST was accepted, or may have been. */
export interface Started {
  readonly permit: RemotePermit;
  readonly triggerId: string;
  readonly nodes: readonly FollowedNode[];
}

/** A node, with what is known of its execution. */
export interface FollowedNode extends RemoteNode {
  execution: JobExecution | undefined;
  /** Executions that may be this run's instead of `execution`. */
  readonly candidates: string[];
  /** `execution` is certain: no second execution can belong to this run. */
  exactMatch: boolean;
  /** A job before it did not complete, and the lists were read to see whether this one was started anyway. */
  skipped: boolean;
  /** Workflow time by which its execution must be listed; undefined: it is not expected, or overdue. */
  dueMs: number | undefined;
  /** Should have been started, and was not listed in time. It is still listed. */
  overdue: boolean;
  /** Why it cannot be followed further. */
  lost: string | undefined;
  /** Result of our stop. */
  stop: 'canceled' | 'ended' | 'unknown' | undefined;
}

export const toFollowed = (node: RemoteNode): FollowedNode => ({
  ...node,
  execution: undefined,
  candidates: [],
  exactMatch: false,
  skipped: false,
  dueMs: undefined,
  overdue: false,
  lost: undefined,
  stop: undefined,
});

/** Workflow and profile, as activity inputs have them. */
export const remoteRef = ({ plan: { workflowId, profile } }: RemoteRun): RemoteRef => ({
  workflowId,
  ...(profile !== undefined && { profile }),
});

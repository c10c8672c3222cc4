import type { JobExecution } from '../../contract/job.js';
import type { RemoteNode, RemotePermit, RemoteRef } from '../../contract/remote-activities.js';
import type { RemoteRunProgress } from '../../contract/remote-run.js';
import type { Cancellation } from '../job-run/port.js';
import type { Submission } from '../job-run/run.js';
import type { RemotePort } from './port.js';
import type { RemotePlan } from './request.js';

/** One run of a remote workflow: everything that its steps share. */
export interface RemoteRun {
  readonly plan: RemotePlan;
  readonly port: RemotePort;
  readonly cancellation: Cancellation;
  /** The port's clock at which the run must end; without runTimeout set when it has started. */
  deadlineMs: number | undefined;
  readonly onProgress: (progress: RemoteRunProgress) => void;
  /** What the progress query shows; replaced by `show`. */
  progress: RemoteRunProgress;
  /** The key of this run. */
  readonly key: string;
  posts: number;
  permits: number;
  /** The POST may have been accepted, and we do not know. */
  outcomeUnknown: boolean;
  /** Refusals of one kind in a row. */
  refusedInRow: Submission['refusedInRow'];
  retryAfterMs: number | undefined;
  statusCalls: number;
}

/** What a run that has just begun has counted. */
export const nothingCounted = (): Pick<
  RemoteRun,
  'posts' | 'permits' | 'outcomeUnknown' | 'refusedInRow' | 'retryAfterMs' | 'statusCalls'
> => ({
  posts: 0,
  permits: 0,
  outcomeUnknown: false,
  refusedInRow: undefined,
  retryAfterMs: undefined,
  statusCalls: 0,
});

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
  /** No second execution can be this run's any more: `execution` is. */
  exactMatch: boolean;
  /** A job before it did not complete, and it has been looked whether it was started all the same. */
  skipped: boolean;
  /** The workflow's clock by which its execution must be listed; undefined: it is not expected, or overdue. */
  dueMs: number | undefined;
  /** It should have been started, and was not listed in time. It is still looked for. */
  overdue: boolean;
  /** Why it cannot be followed any more. */
  lost: string | undefined;
  /** Our stop of it: what came of it. */
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

/** The workflow, as every act wants it named. */
export const remoteRef = ({ plan: { workflowId, profile } }: RemoteRun): RemoteRef => ({
  workflowId,
  ...(profile !== undefined && { profile }),
});

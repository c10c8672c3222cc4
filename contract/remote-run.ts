import type { Duration } from './durations.js';
import type { JobExecution } from './job.js';
import type { RunPhase } from './run.js';

/** What `runRemoteWorkflow`, `startRemoteWorkflow` and the workflow `dataflowRunRemoteWorkflow` take. Plain JSON. */
export interface RunRemoteWorkflowRequest {
  /** A workflow of the service whose trigger is started by hand or by an event. */
  readonly workflowId: string;
  /** Name of a profile of the worker. @default 'default' */
  readonly profile?: string;
  /** Limit of the whole run. @default none; each job has its remote timeout plus an hour, one after the other */
  readonly runTimeout?: Duration;
  /** What a cancel does to the executions: stop them, or leave them running. @default 'cancel' */
  readonly onCancel?: 'cancel' | 'abandon';
  /** Limit for reconciling and stopping after a cancel or runTimeout. @default '1h' */
  readonly cleanupTimeout?: Duration;
}

export interface RunRemoteWorkflowResult {
  readonly workflowId: string;
  readonly name: string;
  readonly triggerId: string;
  /** The key of this run, as in the query and the memo. */
  readonly submission: string;
  /**
   * `submitted`: the service accepted our POST. `adopted`: its answer was lost, and reconciling found what its trigger started;
   * that match is not exact, so it may be what another start caused in that minute.
   */
  readonly submissionOutcome: 'submitted' | 'adopted';
  /** POSTs that reached the service. */
  readonly posts: number;
  /** One for each JOB node, COMPLETED, in the order of the workflow. */
  readonly nodes: readonly RemoteNodeResult[];
  /** Status calls that the waits took part in; calls shared with other waiters count whole. */
  readonly statusCalls: number;
}

export interface RemoteNodeResult {
  readonly jobId: string;
  readonly name?: string;
  readonly execution: JobExecution;
  /** Time in READY, from the service's dates; absent where it gave none. */
  readonly waitingMs?: number;
  /** Time in RUNNING, from the service's dates; absent where it gave none. */
  readonly runningMs?: number;
}

/** Progress of one run of a remote workflow. */
export interface RemoteRunProgress {
  readonly workflowId: string;
  readonly name?: string;
  readonly profile?: string;
  readonly phase: Extract<
    RunPhase,
    | 'waiting-for-lock'
    | 'backing-off'
    | 'preparing'
    | 'submitting'
    | 'reconciling'
    | 'waiting'
    | 'stopping'
    | 'ended'
  >;
  /** In words: what it waits for, or how it ended. */
  readonly note?: string;
  /**
   * Why the calls of this phase fail, once they have failed for longer than a minute or three attempts; absent: they
   * work, as far as is known.
   */
  readonly lastError?: string | undefined;
  readonly submission: string;
  readonly triggerId?: string;
  readonly submissionOutcome?: 'submitted' | 'adopted';
  readonly posts: number;
  /** The POST may have been accepted, and this is not known. */
  readonly outcomeUnknown: boolean;
  readonly nodes: readonly RemoteNodeProgress[];
  readonly outcome?: string;
  /** What could not be found out, with what to check. */
  readonly unknown?: string;
}

export interface RemoteNodeProgress {
  readonly jobId: string;
  readonly name?: string;
  readonly executionId?: string;
  /** Last status of the execution; `SKIPPED`: none, because a job before it did not complete. */
  readonly status?: string;
  /** Further executions that may be this run's instead: two runs overlap. */
  readonly candidates?: readonly string[];
}

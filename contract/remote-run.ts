import type { Duration } from './durations.js';
import type { JobExecution } from './job.js';
import type { RunPhase } from './run.js';

/** Input of `runRemoteWorkflow`, `startRemoteWorkflow` and the workflow `dataflowRunRemoteWorkflow`. Plain JSON. */
export interface RunRemoteWorkflowRequest {
  /** A workflow of the service whose trigger is started by hand or by an event. */
  readonly workflowId: string;
  /** Name of a profile of the worker. @default 'default' */
  readonly profile?: string;
  /** Limit of the whole run. @default no overall limit; each job ends one hour after its remote timeout */
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
   * `submitted`: the service accepted our POST. `adopted`: its answer was lost, and reconciling found executions that
   * the trigger started. That match is not exact: another start may have caused them.
   */
  readonly submissionOutcome: 'submitted' | 'adopted';
  /** Number of POSTs that may have reached the service. */
  readonly posts: number;
  /** One for each JOB node, COMPLETED, in the order of the workflow. */
  readonly nodes: readonly RemoteNodeResult[];
  /** Number of status calls of the waits. A call that several waits shared counts as one for each. */
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
  /** For people: what it waits for, or how it ended. */
  readonly note?: string;
  /** Error of the calls of this phase. Present once they have failed for a minute or three attempts. */
  readonly lastError?: string | undefined;
  readonly submission: string;
  readonly triggerId?: string;
  readonly submissionOutcome?: 'submitted' | 'adopted';
  readonly posts: number;
  /** The POST may have been accepted. */
  readonly outcomeUnknown: boolean;
  readonly nodes: readonly RemoteNodeProgress[];
  readonly outcome?: string;
  /** What remains unknown, and what to check. */
  readonly unknown?: string;
}

export interface RemoteNodeProgress {
  readonly jobId: string;
  readonly name?: string;
  readonly executionId?: string;
  /** Last status of the execution. `SKIPPED`: there is none, because a job before it did not complete. */
  readonly status?: string;
  /** Other executions that may be the one of this run, because two runs overlap. */
  readonly candidates?: readonly string[];
}

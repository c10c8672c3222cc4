import type { Packed } from './pipeline-run.js';
import type { ProfileRef } from './remote-activities.js';

/** An audit: which active executions of the service a workflow waits for. Plain JSON. */

export const DEFAULT_AUDIT_CALLS_PER_MINUTE = 600;
export const MIN_AUDIT_CALLS_PER_MINUTE = 30;
export const MAX_AUDIT_CALLS_PER_MINUTE = 60_000;
export const DEFAULT_AUDIT_WORKFLOWS = 2_000;
export const MAX_AUDIT_WORKFLOWS = 20_000;
/** Most active executions of one audit. */
export const MAX_AUDIT_EXECUTIONS = 10_000;

/** Input of the workflow `dataflowAudit`. */
export interface AuditRequest extends ProfileRef {
  /** Stop orphans. @default false: only report them */
  readonly cancel?: boolean;
  /**
   * Most calls to the service and reads of Temporal a minute, together; 30 to 60000. What stops orphans counts by
   * the rate of the profile alone.
   * @default 600
   */
  readonly callsPerMinute?: number;
  /**
   * Most open workflows, and most closed ones, that are read; 1 to 20000. With more of them nothing is orphaned or
   * external without proof.
   * @default 2000
   */
  readonly maxWorkflows?: number;
  /**
   * Other namespaces start executions in this account. One that has a run key and no workflow here is then external.
   * @default false: it is unknown, because its workflow may have been deleted
   */
  readonly otherNamespaces?: boolean;
  /** Events after which it continues as new. @default when the server suggests it */
  readonly continueAfterEvents?: number;
  /** Where the audit stands. Set by the workflow itself. */
  readonly resumeFrom?: AuditState | Packed;
}

/**
 * `owned`: an open workflow waits for it. `orphaned`: a workflow that has closed started it, and none waits for it.
 * `external`: no workflow that the namespace keeps started it. `unknown`: none of these is certain.
 */
export type AuditClass = 'owned' | 'orphaned' | 'external' | 'unknown';

/** An active execution as the service lists it. */
export interface ListedExecution {
  readonly jobId: string;
  readonly jobName?: string;
  readonly executionId: string;
  readonly status: string;
  readonly createdDate?: string;
  readonly startDate?: string;
  readonly numWorker?: number;
  /** Values of its parameters that have the form of a run key. */
  readonly runKeys?: readonly string[];
  /** The service shows a trigger or a workflow of its own as the cause. */
  readonly isTriggered?: true;
}

/** What an open workflow waits for, or may be starting. */
export interface OpenWorkflow {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
  /** Executions that it waits for. */
  readonly awaited: readonly string[];
  /** Executions that may be those of its submissions. */
  readonly candidates: readonly string[];
  /** Jobs of which an execution may just become its own. */
  readonly startingJobs: readonly string[];
}

/** What a closed workflow started. */
export interface ClosedWorkflow {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
  /** Of the last run, if it continued as new. */
  readonly status: string;
  readonly closedMs: number;
  /** Executions that its history names as started by it. */
  readonly started: readonly string[];
  /** POSTs whose outcome its history does not show. */
  readonly openPosts: readonly OpenPost[];
}

export interface OpenPost {
  readonly jobId: string;
  readonly runKeys: readonly string[];
  /** When it was made, by Temporal's clock. */
  readonly sinceMs: number;
  /** Absent: the service may start executions of it for an unlimited time. */
  readonly untilMs?: number;
}

/** Where the next page of jobs is. */
export interface JobsCursor {
  readonly page: number;
  readonly longest: number;
  readonly firstJobId: string;
}

export interface ListActiveInput extends ProfileRef {
  readonly callsPerMinute: number;
  readonly cursor?: JobsCursor;
}

export interface ListActiveResult {
  readonly executions: readonly ListedExecution[];
  /** Jobs whose list of executions could not be read to its end. */
  readonly unreadJobs: readonly string[];
  /** Absent: it was the last page. */
  readonly next?: JobsCursor;
  readonly calls: number;
}

export interface ReadWorkflowsInput {
  readonly callsPerMinute: number;
  readonly pageToken?: string;
}

export interface ReadOpenInput extends ReadWorkflowsInput {
  /** Workflow ids that are read whether they are listed or not: a list may be late. */
  readonly also?: readonly string[];
}

/** Executions without an owner. Only workflows that may have started one of them are returned. */
export interface Unexplained {
  readonly executionIds: readonly string[];
  readonly jobIds: readonly string[];
}

export interface ReadClosedInput extends ReadWorkflowsInput {
  /** Workflows that closed before it are left out. @default none is left out */
  readonly closedAfterMs?: number;
  readonly unexplained: Unexplained | Packed;
}

export interface ReadWorkflowsResult {
  readonly open: readonly OpenWorkflow[];
  readonly closed: readonly ClosedWorkflow[];
  /** Workflows on this page. */
  readonly read: number;
  readonly nextPageToken?: string;
  readonly calls: number;
}

/** Activities of an audit, implemented in activities/audit/. */
export interface AuditActivities {
  /** Reads one page of jobs, and the active executions of each. */
  readonly dataflowListActiveExecutions: (input: ListActiveInput) => Promise<ListActiveResult>;
  /** Reads one page of open workflows. */
  readonly dataflowReadOpenWorkflows: (input: ReadOpenInput) => Promise<ReadWorkflowsResult>;
  /** Reads the histories of one page of closed workflows. */
  readonly dataflowReadClosedWorkflows: (input: ReadClosedInput) => Promise<ReadWorkflowsResult>;
}

/** What became of an orphan that was to be stopped. */
export type OrphanStop = 'canceled' | 'ended' | 'unsupported' | 'failed';

export interface AuditedExecution extends ListedExecution {
  readonly class: AuditClass;
  /** For people: why it has this class. */
  readonly reason: string;
  /** The workflow that waits for it, started it, or may have. */
  readonly workflow?: AuditedWorkflow;
  /** Workers times hours since its start; absent where the service shows neither. */
  readonly workerHours?: number;
  readonly stop?: OrphanStop;
  /** Why the stop failed. */
  readonly stopError?: string;
}

export interface AuditedWorkflow {
  readonly workflowId: string;
  readonly runId: string;
  readonly type: string;
  /** How it closed: `TERMINATED`, `TIMED_OUT`, … Absent: it is open. */
  readonly status?: string;
  readonly closedAt?: string;
}

/** Result of the workflow. */
export interface AuditReport {
  readonly profile: string;
  /** End of the audit, ISO 8601. */
  readonly at: string;
  readonly counts: Readonly<Record<AuditClass, number>>;
  /** Worker-hours of the orphans so far, those that were stopped included. */
  readonly orphanedWorkerHours: number;
  /** What was not read. Empty: the audit is complete. */
  readonly gaps: readonly string[];
  readonly workflowsRead: number;
  readonly calls: AuditCalls;
  readonly seconds: number;
  /** Each active execution once: orphaned, unknown, external, owned. Packed where it is large. */
  readonly executions: readonly AuditedExecution[] | Packed;
}

export interface AuditCalls {
  readonly service: number;
  readonly temporal: number;
}

/** Where an audit stands. */
export interface AuditState {
  readonly phase: 'listing' | 'reading-open' | 'reading-closed' | 'stopping' | 'done';
  readonly beganMs: number;
  readonly cursor?: JobsCursor;
  readonly pageToken?: string;
  readonly executions: readonly ListedExecution[];
  readonly open: readonly OpenWorkflow[];
  readonly closed: readonly ClosedWorkflow[];
  /** Workflows read in this phase. */
  readonly readInPhase: number;
  readonly workflowsRead: number;
  readonly calls: AuditCalls;
  readonly gaps: AuditGaps;
  readonly stops: Readonly<Record<string, { readonly stop: OrphanStop; readonly error?: string }>>;
}

/** What was not read. */
export interface AuditGaps {
  readonly executions?: true;
  readonly openWorkflows?: true;
  readonly closedWorkflows?: true;
  readonly unreadJobs?: readonly string[];
}

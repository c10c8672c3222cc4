import type { CallCounts } from './call-log.js';
import { isActive, statusAt, type ExecutionOrigin, type ExecutionRecord } from './execution.js';
import type { JobCondition } from './job-script.js';
import { everyJob, type JobRecord, type ServiceState } from './service-state.js';

/**
 * What really happened. Counts executions that executeJob started, without those of workflows, other users and the
 * history.
 */
export interface SimulatorReport {
  /** Sum of `requested` of the jobs; for a job without it, the number of its submissions. */
  readonly requested: number;
  /** executeJob requests received, with those that were refused or dropped. */
  readonly posts: number;
  readonly accepted: number;
  readonly created: number;
  /**
   * Executions beyond the first of a submission, or beyond `requested` of a job; the greater number if a job has
   * both.
   */
  readonly duplicates: number;
  readonly leftRunning: number;
  /** Execution ids by submission. */
  readonly executionsBySubmission: Readonly<Record<string, readonly string[]>>;
  readonly callsByOperation: Readonly<Record<string, number>>;
  /** getJobExecutionById calls by execution id. */
  readonly statusCallsByExecution: Readonly<Record<string, number>>;
  /** getJobExecutions calls by job id. */
  readonly listCallsByJob: Readonly<Record<string, number>>;
  /** cancelJobExecution requests received. */
  readonly cancels: number;
  /** Number of runs that executeWorkflow started, by workflow id; without those of a schedule. */
  readonly workflowRuns: Readonly<Record<string, number>>;
  /** Method and URL of requests that no operation answers: a bug of the client, or a missing operation. */
  readonly unknownRoutes: readonly string[];
  readonly refusedSignatures: number;
}

/** An execution as it really is. Times are ms since 1970; Infinity: never. */
export interface SimulatedExecution {
  readonly executionId: string;
  readonly jobId: string;
  readonly origin: ExecutionOrigin;
  readonly submission: string | undefined;
  readonly triggerId: string | undefined;
  /** Workflow to whose run it belongs, or that executeJob named. */
  readonly workflowId: string | undefined;
  /** Real run settings. The service may show others. */
  readonly jobCondition: JobCondition;
  readonly status: string;
  readonly canceledByApi: boolean;
  readonly acceptedAt: number;
  readonly createdAt: number;
  readonly startAt: number;
  readonly endAt: number;
}

export function toSimulatedExecution(execution: ExecutionRecord, now: number): SimulatedExecution {
  const { executionId, jobId, origin, submission, condition, plan } = execution;
  return {
    executionId,
    jobId,
    origin,
    submission,
    triggerId: execution.triggerId,
    workflowId: execution.workflowId,
    jobCondition: condition,
    status: statusAt(execution, now),
    canceledByApi: execution.canceledByApi,
    acceptedAt: execution.acceptedAt,
    createdAt: execution.createdAt,
    startAt: plan.startAt,
    endAt: plan.endAt,
  };
}

export function toReport(state: ServiceState, counts: CallCounts, now: number): SimulatorReport {
  const jobs = everyJob(state);
  const posted = jobs.flatMap(postedExecutions);
  return {
    requested: sum(jobs.map((job) => job.script.requested ?? bySubmission([job]).size)),
    posts: counts.byOperation.get('executeJob') ?? 0,
    accepted: posted.length,
    created: posted.filter(({ createdAt }) => createdAt <= now).length,
    duplicates: sum(jobs.map(duplicatesOf)),
    leftRunning: posted.filter((execution) => isActive(execution, now)).length,
    executionsBySubmission: Object.fromEntries(bySubmission(jobs)),
    callsByOperation: Object.fromEntries(counts.byOperation),
    statusCallsByExecution: Object.fromEntries(counts.statusByExecution),
    listCallsByJob: Object.fromEntries(counts.listByJob),
    cancels: counts.byOperation.get('cancelJobExecution') ?? 0,
    workflowRuns: Object.fromEntries(
      [...state.workflows.values()].map(({ workflowId, requestedRuns }) => [
        workflowId,
        requestedRuns,
      ]),
    ),
    unknownRoutes: [...counts.unknownRoutes],
    refusedSignatures: counts.refusedSignatures,
  };
}

function postedExecutions(job: JobRecord): readonly ExecutionRecord[] {
  return job.executions.filter(({ origin }) => origin === 'post');
}

/** Accepted executions count before their creation as well. */
function duplicatesOf(job: JobRecord): number {
  const repeated = sum([...bySubmission([job]).values()].map((ids) => ids.length - 1));
  const { requested = Infinity } = job.script;
  return Math.max(repeated, postedExecutions(job).length - requested, 0);
}

function bySubmission(jobs: readonly JobRecord[]): ReadonlyMap<string, readonly string[]> {
  const ids = new Map<string, string[]>();
  for (const { submission, executionId } of jobs.flatMap(postedExecutions)) {
    if (submission === undefined) continue;
    ids.set(submission, [...(ids.get(submission) ?? []), executionId]);
  }
  return ids;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

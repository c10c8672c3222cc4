import type { CallCounts } from './call-log.js';
import { isActive, statusAt, type ExecutionOrigin, type ExecutionRecord } from './execution.js';
import type { JobCondition } from './job-script.js';
import { everyJob, type JobRecord, type ServiceState } from './service-state.js';

/** The truth about a whole run: what executeJob started. Executions of workflows, of others and of the history do not count here. */
export interface SimulatorReport {
  /** `requested` of the jobs that say it, and the submissions seen on the others. */
  readonly requested: number;
  /** executeJob requests received, refused and dropped ones too. */
  readonly posts: number;
  readonly accepted: number;
  readonly created: number;
  /** Executions beyond the first of a submission, or beyond a job's `requested`; the greater where a job has both. */
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
  /** Runs that executeWorkflow started, by workflow id; those of a schedule are not in it. */
  readonly workflowRuns: Readonly<Record<string, number>>;
  /** Method and url of every request that no operation answers: a bug of the client, or an operation to add. */
  readonly unknownRoutes: readonly string[];
  readonly refusedSignatures: number;
}

/** An execution with the truth about it. Times are ms since 1970, Infinity for never. */
export interface SimulatedExecution {
  readonly executionId: string;
  readonly jobId: string;
  readonly origin: ExecutionOrigin;
  readonly submission: string | undefined;
  readonly triggerId: string | undefined;
  /** The workflow whose run it belongs to, or that executeJob named. */
  readonly workflowId: string | undefined;
  /** What it runs with, whatever the service shows. */
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

/** Accepted ones count, created or not: what was accepted will be created. */
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

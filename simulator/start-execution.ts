import { isActive, replan, type ExecutionOrigin, type ExecutionRecord } from './execution.js';
import type { ExecutionScript, JobCondition } from './job-script.js';
import { maxConcurrentRuns, scaled, type JobRecord, type ServiceState } from './service-state.js';

/** An accepted request to run a job. */
export interface Start {
  readonly origin: Exclude<ExecutionOrigin, 'history'>;
  readonly condition: JobCondition;
  readonly triggerId?: string | undefined;
  readonly workflowId?: string | undefined;
  readonly script: ExecutionScript;
}

/** Adds an execution to the job. Its id exists at once, the execution from its creation on. */
export function startExecution(
  state: ServiceState,
  job: JobRecord,
  start: Start,
  now: number,
): ExecutionRecord {
  const { switches } = state;
  const { script, condition } = start;
  const createdAt = now + scaled(state, switches.creationLagMs);
  const execution: ExecutionRecord = {
    executionId: state.nextId(),
    jobId: job.jobId,
    origin: start.origin,
    submission: submissionOf(job, condition),
    triggerId: start.triggerId,
    triggerName: state.triggers.get(start.triggerId ?? '')?.name,
    workflowId: start.workflowId,
    condition,
    acceptedAt: now,
    createdAt,
    shownAt: createdAt + scaled(state, switches.listLagMs),
    waitingMs: scaled(state, script.waitingMs ?? 1_000),
    runningMs: script.never === true ? Infinity : scaled(state, script.runningMs ?? 5_000),
    timeoutMs: remoteTimeoutMs(state, condition),
    outcome: script.outcome ?? 'COMPLETED',
    timeoutOutcome: switches.timeoutOutcome,
    shownAs: script.statuses ?? {},
    queued: switches.overLimit === 'queue',
    cancelAt: Infinity,
    canceledByApi: false,
    plan: { startAt: Infinity, endAt: Infinity, outcome: 'COMPLETED' },
  };
  job.executions.push(execution);
  replanJob(state, job, execution, now);
  return execution;
}

/** Script for the next execution that executeJob or a workflow starts. The last one repeats. */
export function nextScript(job: JobRecord): ExecutionScript {
  const started = job.executions.filter(({ origin }) => !['foreign', 'history'].includes(origin));
  const { executions = [] } = job.script;
  return executions[Math.min(started.length, executions.length - 1)] ?? {};
}

/** Lets an execution end as CANCELED after the latency. Only the first cancel counts. */
export function cancelExecution(
  state: ServiceState,
  job: JobRecord,
  execution: ExecutionRecord,
  now: number,
): void {
  if (execution.canceledByApi || !isActive(execution, now)) return;
  execution.canceledByApi = true;
  execution.cancelAt = now + scaled(state, state.switches.cancelLatencyMs);
  replanJob(state, job, execution, now);
}

export function activeCount(job: JobRecord, now: number): number {
  return job.executions.filter((execution) => isActive(execution, now)).length;
}

/** Includes `changed` also if it has ended by now: a cancel without latency ends it at once. */
function replanJob(
  state: ServiceState,
  job: JobRecord,
  changed: ExecutionRecord,
  now: number,
): void {
  const affected = job.executions.filter(
    (execution) => execution === changed || isActive(execution, now),
  );
  replan(affected, maxConcurrentRuns(state, job), now);
}

function remoteTimeoutMs(state: ServiceState, { timeout = 0 }: JobCondition): number {
  return timeout === 0 ? Infinity : scaled(state, timeout * 60_000);
}

function submissionOf(job: JobRecord, condition: JobCondition): string | undefined {
  const name = job.script.submissionParameter;
  if (name === undefined) return undefined;
  const members = new Map<string, unknown>(Object.entries(condition));
  const value = condition.parameters?.[name] ?? members.get(name);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

import type { ExecutionRecord } from './execution.js';
import {
  NEW_JOB_CONDITION,
  type ExecutionScript,
  type JobCondition,
  type JobScript,
} from './job-script.js';
import { createIdSource, createRandom } from './seeded-random.js';
import { DEFAULT_SWITCHES, type Switches } from './switches.js';
import type { TriggerRecord, WorkflowRecord, WorkflowRun } from './workflow-record.js';

export interface JobRecord {
  readonly script: JobScript;
  readonly jobId: string;
  readonly name: string;
  readonly type: 'VISUAL' | 'SCRIPT';
  readonly status: string;
  /** Stored run settings. */
  readonly condition: JobCondition | null;
  /** Undefined: the switch defaultMaxConcurrentRuns applies. */
  readonly maxConcurrentRuns: number | undefined;
  /** As they were sent. Scripted jobs have none. */
  readonly nodes: readonly object[];
  readonly createdAt: number;
  readonly updatedAt: number;
  /** In the order of acceptance. */
  readonly executions: ExecutionRecord[];
}

/** State of the service. After `settle` the answers depend only on it and on the time. */
export interface ServiceState {
  switches: Switches;
  readonly timeScale: number;
  /** Script for executions of jobs that createJob creates. */
  newJobs: ExecutionScript;
  readonly jobs: Map<string, JobRecord>;
  /** Their executions continue, but no call can read them. */
  readonly deletedJobs: JobRecord[];
  readonly triggers: Map<string, TriggerRecord>;
  readonly workflows: Map<string, WorkflowRecord>;
  /** Runs in which a node may still start. */
  runs: readonly WorkflowRun[];
  /** Times of calls that were admitted within the last second, ms since 1970, for the switch callsPerSecond. */
  admittedAt: readonly number[];
  /** Executions that a list has shown, for the switch listedFor. */
  readonly listedIds: Set<string>;
  readonly nextId: () => string;
  /** From 0 to 1, for switches that apply to a share of the answers. */
  readonly random: () => number;
}

export interface ServiceOptions {
  readonly seed: number;
  readonly timeScale: number;
  readonly switches: Partial<Switches>;
  readonly newJobs?: ExecutionScript;
}

export function createServiceState(options: ServiceOptions): ServiceState {
  const { seed, timeScale, switches, newJobs = {} } = options;
  return {
    switches: { ...DEFAULT_SWITCHES, ...switches },
    timeScale,
    newJobs,
    jobs: new Map(),
    deletedJobs: [],
    triggers: new Map(),
    workflows: new Map(),
    runs: [],
    admittedAt: [],
    listedIds: new Set(),
    nextId: createIdSource(seed),
    random: createRandom(seed + 1),
  };
}

/** A scripted duration, lag or remote timeout, divided by `timeScale`. */
export function scaled(state: ServiceState, ms: number): number {
  return ms / state.timeScale;
}

export function addJob(state: ServiceState, script: JobScript, now: number): void {
  if (state.jobs.has(script.jobId)) {
    throw new Error(`There is a job ${script.jobId} already; use another jobId.`);
  }
  const { jobCondition = NEW_JOB_CONDITION, submissionParameter } = script;
  const job: JobRecord = {
    script,
    jobId: script.jobId,
    name: script.name ?? script.jobId,
    type: script.type ?? (submissionParameter === undefined ? 'VISUAL' : 'SCRIPT'),
    status: script.status ?? 'READY',
    condition: jobCondition,
    maxConcurrentRuns: script.maxConcurrentRuns,
    nodes: [],
    createdAt: now,
    updatedAt: now,
    executions: [],
  };
  for (let past = script.history ?? 0; past > 0; past -= 1) {
    job.executions.push(finishedExecution(state.nextId(), job, now - past * 60_000));
  }
  state.jobs.set(job.jobId, job);
}

function finishedExecution(executionId: string, job: JobRecord, at: number): ExecutionRecord {
  return {
    executionId,
    jobId: job.jobId,
    origin: 'history',
    submission: undefined,
    triggerId: undefined,
    triggerName: undefined,
    workflowId: undefined,
    condition: job.condition ?? {},
    acceptedAt: at,
    createdAt: at,
    shownAt: at,
    waitingMs: 1_000,
    runningMs: 5_000,
    timeoutMs: Infinity,
    outcome: 'COMPLETED',
    timeoutOutcome: 'FAILED',
    shownAs: {},
    queued: false,
    cancelAt: Infinity,
    canceledByApi: false,
    plan: { startAt: at + 1_000, endAt: at + 6_000, outcome: 'COMPLETED' },
  };
}

export function maxConcurrentRuns(state: ServiceState, job: JobRecord): number {
  return job.maxConcurrentRuns ?? state.switches.defaultMaxConcurrentRuns;
}

/** Deleted jobs included. */
export function everyJob({ jobs, deletedJobs }: ServiceState): readonly JobRecord[] {
  return [...deletedJobs, ...jobs.values()];
}

/** Executions of a job that the service shows now, oldest first. */
export function shownExecutions(job: JobRecord, now: number): readonly ExecutionRecord[] {
  return job.executions
    .filter(({ shownAt }) => shownAt <= now)
    .sort((a, b) => a.createdAt - b.createdAt);
}

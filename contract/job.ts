import { DATE_STEP_MARGIN_MS } from './timings.js';
import type { JobNodeView } from './job-node.js';

/** Objects of the service. Each type covers all generations of its documentation (NOTES §5.14). */

/**
 * State of one execution: READY (waiting) → RUNNING → COMPLETED, FAILED or CANCELED.
 * A value that is not in this list is kept as it came and means "not ended" (NOTES §5.5, §5.14).
 */
export type ExecutionStatus =
  'READY' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELED' | (string & Record<never, never>);

/** The statuses after which an execution changes no more. */
export type TerminalStatus = 'COMPLETED' | 'FAILED' | 'CANCELED';

const TERMINAL: readonly string[] = ['COMPLETED', 'FAILED', 'CANCELED'] satisfies TerminalStatus[];
const KNOWN: readonly string[] = [...TERMINAL, 'READY', 'RUNNING'];

/** Unknown values are not terminal. */
export const isTerminal = (status: ExecutionStatus): status is TerminalStatus =>
  TERMINAL.includes(status);

/** Whether the documentation names this status. */
export const isKnownStatus = (status: ExecutionStatus): boolean => KNOWN.includes(status);

/** Range of `timeout`, and its value in new jobs (DOC, NOTES §3, §5.8). */
export const TIMEOUT_MINUTES = {
  min: 1,
  max: 1_440,
  ofNewJobs: 360,
} as const;

/** Run settings of a job or of one execution, under the service's names. Every member is optional. */
export interface JobCondition {
  /** Workers, 2 to 10; new jobs have 2. */
  readonly numWorker?: number;
  /** Longest time of one execution in minutes, 1 to 1440; new jobs have 360. */
  readonly timeout?: number;
  /** Role that the job runs under: `nrn:PUB:IAM::<member>:Role/<uuid>`. */
  readonly nrn?: string;
  /** Object Storage `bucket/prefix` of the generated script. */
  readonly scriptPath?: string;
  /** Object Storage `bucket/prefix` of the Spark history log. */
  readonly logPath?: string;
  /** Parameters of a SCRIPT job: names and texts. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Documented until 2026-08 only. */
  readonly workerType?: string;
}

/** One run of a job. Dates are ISO 8601 with offset, whichever form the service sent. */
export interface JobExecution {
  readonly jobExecutionId: string;
  readonly jobId: string;
  readonly jobName?: string;
  readonly status: ExecutionStatus;
  readonly jobCondition?: JobCondition;
  readonly createdDate?: string;
  readonly startDate?: string;
  readonly endDate?: string;
  /** The trigger that started it; absent for one started directly. */
  readonly triggerId?: string;
  readonly triggerName?: string;
  /** Whole minutes in READY, as the service counts them. */
  readonly waitingTime?: number;
  /** Whole minutes in RUNNING, as the service counts them. */
  readonly runningTime?: number;
  readonly executorNum?: number;
  readonly parsedParameters?: Readonly<Record<string, unknown>>;
  /** JOB: started directly; WORKFLOW: by a workflow of the service. */
  readonly type?: string;
}

/** A row of getJobs. It names no execution. */
export interface JobSummary {
  readonly jobId: string;
  readonly name: string;
  readonly type: string;
  /** READY or RUNNABLE: may be executed. RUNNING, DRAFT, EDITING, STOPPED, DELETED, UNKNOWN: NOTES §5.14. */
  readonly status: string;
  readonly lastExecutionStatus?: ExecutionStatus;
  readonly createdDate?: string;
  readonly updatedDate?: string;
  readonly lastExecutionDate?: string;
  /** The caller may not use the resource. */
  readonly disabled?: boolean;
}

/** A job: the definition, with the run settings that are stored with it. */
export interface Job extends JobSummary {
  readonly description?: string;
  /** Most executions at once; documented since 2026-09, its default is UNKNOWN (NOTES §5.3). */
  readonly maxConcurrentRuns?: number;
  /** Stored run settings; the service calls them `jobCondition` or `runCondition`. */
  readonly jobCondition?: JobCondition;
  /** Of a VISUAL job. */
  readonly nodes?: readonly JobNodeView[];
}

/** One page of a list. `count` is the total or the length of the page: neither is reliable (NOTES §5.11). */
export interface Page<Row> {
  readonly list: readonly Row[];
  /** Rows that could not be read and are not in `list`; absent when there are none. */
  readonly unreadable?: number;
  readonly count: number;
  readonly page: number;
  readonly limit: number;
}

/** Number of rows that the service put on a page, unreadable ones included. */
export const rowsOn = ({ list, unreadable = 0 }: Page<unknown>): number => list.length + unreadable;

export const isRunnable = (job: Pick<Job, 'status'>): boolean =>
  job.status === 'READY' || job.status === 'RUNNABLE';

/** Epoch ms of an ISO 8601 date. NaN if there is none, so that every comparison with it is false. */
export const dateMs = (date: string | undefined): number => Date.parse(date ?? '');

/** NaN unless the service shows both dates. */
export const msBetween = (from: string | undefined, to: string | undefined): number =>
  dateMs(to) - dateMs(from);

export function creationMs({ createdDate }: Pick<JobExecution, 'createdDate'>): number | undefined {
  const ms = dateMs(createdDate);
  return Number.isNaN(ms) ? undefined : ms;
}

/**
 * Whether two executions were created within `windowMs`, so that both can come of the POSTs of one submission. A copy
 * that an operator made later shows the run key too, and is not ours to stop. Compares createdDate with createdDate,
 * which one clock writes. False if one of them is absent.
 */
export function isOfSameTime(
  one: Pick<JobExecution, 'createdDate'>,
  other: Pick<JobExecution, 'createdDate'>,
  windowMs: number,
): boolean {
  const apartMs = Math.abs(msBetween(one.createdDate, other.createdDate));
  return apartMs <= windowMs + DATE_STEP_MARGIN_MS;
}

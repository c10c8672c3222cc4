/** Run settings as the API takes them; every member is optional since the 2026-09 pages. */
export interface JobCondition {
  readonly numWorker?: number;
  /** Minutes one execution may run; 0 (older pages) means no limit here. */
  readonly timeout?: number;
  readonly nrn?: string;
  readonly scriptPath?: string;
  readonly logPath?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly workerType?: string;
}

export type ExecutionOutcome = 'COMPLETED' | 'FAILED' | 'CANCELED';

/** What one execution does without interference. Durations are ms and are divided by `timeScale`. */
export interface ExecutionScript {
  /** From creation to start. @default 1000 */
  readonly waitingMs?: number;
  /** From start to end. @default 5000 */
  readonly runningMs?: number;
  /** @default 'COMPLETED' */
  readonly outcome?: ExecutionOutcome;
  /** It never ends by itself; a cancel or its remote timeout still ends it. @default false */
  readonly never?: boolean;
  /** Odd values to show in place of a documented status, e.g. `{ RUNNING: 'PAUSED_BY_SYSTEM' }`. */
  readonly statuses?: { readonly READY?: string; readonly RUNNING?: string };
}

/** A job of the simulated service, and what its executions will do. */
export interface JobScript {
  readonly jobId: string;
  /** @default the job id */
  readonly name?: string;
  /** `parameters` are refused for VISUAL, as documented. @default SCRIPT with submissionParameter, else VISUAL */
  readonly type?: 'VISUAL' | 'SCRIPT';
  /** Any value but READY, RUNNABLE and RUNNING makes executeJob answer bad-state. @default 'READY' */
  readonly status?: string;
  /** @default switch `defaultMaxConcurrentRuns` */
  readonly maxConcurrentRuns?: number;
  /** Stored run settings; null stores and shows none. @default numWorker 2, timeout 360, as new jobs have */
  readonly jobCondition?: JobCondition | null;
  /** One per execution that executeJob or a workflow starts, in order; the last one repeats. */
  readonly executions?: readonly ExecutionScript[];
  /**
   * Member of jobCondition.parameters (else of jobCondition) whose value names the submission an execution
   * belongs to. The only way, with `requested`, that the report learns what is a duplicate.
   */
  readonly submissionParameter?: string;
  /** How many executions the test asks for; what executeJob starts beyond it are duplicates. */
  readonly requested?: number;
  /** Finished executions that are there from the beginning, one a minute back from now. @default 0 */
  readonly history?: number;
}

/** The settings a new job has by the user guide. */
export const NEW_JOB_CONDITION: JobCondition = { numWorker: 2, timeout: 360 };

/** An execution of another start; limits do not apply. */
export interface ForeignExecution {
  readonly jobCondition?: JobCondition;
  /** Shown on the execution, whose type is then WORKFLOW. */
  readonly triggerId?: string;
  /** What it does; the job's own list of executions stays for executeJob. */
  readonly execution?: ExecutionScript;
}

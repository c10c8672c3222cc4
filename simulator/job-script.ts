/** Run settings as the API takes them. All are optional since the pages of 2026-09. */
export interface JobCondition {
  readonly numWorker?: number;
  /** Minutes that an execution may run. 0 (older pages) means no limit here. */
  readonly timeout?: number;
  readonly nrn?: string;
  readonly scriptPath?: string;
  readonly logPath?: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly workerType?: string;
}

export type ExecutionOutcome = 'COMPLETED' | 'FAILED' | 'CANCELED';

/** Course of an execution without a cancel. Durations are ms, divided by `timeScale`. */
export interface ExecutionScript {
  /** From creation to start. @default 1000 */
  readonly waitingMs?: number;
  /** From start to end. @default 5000 */
  readonly runningMs?: number;
  /** @default 'COMPLETED' */
  readonly outcome?: ExecutionOutcome;
  /** It ends only by a cancel or its remote timeout. @default false */
  readonly never?: boolean;
  /** Undocumented values to show in place of a status, e.g. `{ RUNNING: 'PAUSED_BY_SYSTEM' }`. */
  readonly statuses?: { readonly READY?: string; readonly RUNNING?: string };
}

/** A job of the simulated service, with the course of its executions. */
export interface JobScript {
  readonly jobId: string;
  /** @default the job id */
  readonly name?: string;
  /** For VISUAL `parameters` are refused, as documented. @default SCRIPT with submissionParameter, else VISUAL */
  readonly type?: 'VISUAL' | 'SCRIPT';
  /** Any value but READY, RUNNABLE and RUNNING makes executeJob answer bad-state. @default 'READY' */
  readonly status?: string;
  /** @default switch `defaultMaxConcurrentRuns` */
  readonly maxConcurrentRuns?: number;
  /** Stored run settings; null stores and shows none. @default numWorker 2, timeout 360, as new jobs have */
  readonly jobCondition?: JobCondition | null;
  /** One for each execution that executeJob or a workflow starts, in order. The last one repeats. */
  readonly executions?: readonly ExecutionScript[];
  /**
   * Name in jobCondition.parameters (else in jobCondition) whose value identifies the submission of an execution. The
   * report finds duplicates only by this and by `requested`.
   */
  readonly submissionParameter?: string;
  /** Number of executions that the test asks for. Further ones that executeJob starts are duplicates. */
  readonly requested?: number;
  /** Number of finished executions at the beginning, one for each of the last minutes. @default 0 */
  readonly history?: number;
}

/** Run settings of a new job (user guide). */
export const NEW_JOB_CONDITION: JobCondition = { numWorker: 2, timeout: 360 };

/** An execution that another user starts. Limits do not apply. */
export interface ForeignExecution {
  readonly jobCondition?: JobCondition;
  /** Shown on the execution, whose type is then WORKFLOW. */
  readonly triggerId?: string;
  /** Its course. The scripts of the job are not used up. */
  readonly execution?: ExecutionScript;
}

import type { ExecutionScript, JobCondition } from './job-script.js';

/** An execution that somebody else starts; limits do not hold it back. */
export interface ForeignExecution {
  readonly jobCondition?: JobCondition;
  /** Shown on the execution, whose type is then WORKFLOW. */
  readonly triggerId?: string;
  /** What it does; the job's own list of executions stays for executeJob. */
  readonly execution?: ExecutionScript;
}

/** What each form is asked for, in the same words. */

/** Name of the parameter that tells, in every form, to which requested run an execution belongs. */
export const RUN_PARAMETER = 'run';

/** One requested run of a job. */
export interface RequestedRun {
  readonly jobId: string;
  /** Value of {@link RUN_PARAMETER}; no other requested run has it. */
  readonly run: string;
}

/** What a naive form is set to, in ms. Ours has its timings in the worker's profile. */
export interface Pace {
  /** Pause between two status calls. */
  readonly pollMs: number;
  readonly heartbeatTimeoutMs: number;
  /** Start-to-close timeout of an activity that makes one call. */
  readonly callTimeoutMs: number;
}

/** Input of the workflow `chain`, which each form has: the runs, one after the other. */
export interface ChainInput {
  readonly requests: readonly RequestedRun[];
  readonly pace: Pace;
}

/** Execution ids, in the order of the requests. A run that does not complete fails the workflow. */
export type ChainResult = readonly string[];

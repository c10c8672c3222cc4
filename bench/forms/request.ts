/** Input of all forms. */

/** Name of the parameter that identifies the requested run of an execution. */
export const RUN_PARAMETER = 'run';

/** One requested run of a job. */
export interface RequestedRun {
  readonly jobId: string;
  /** Value of {@link RUN_PARAMETER}, unique. */
  readonly run: string;
}

/** Settings of a naive form, in ms. Our form has its settings in the profile of the worker. */
export interface Pace {
  /** Pause between two status calls. */
  readonly pollMs: number;
  readonly heartbeatTimeoutMs: number;
  /** Start-to-close timeout of an activity that makes one call. */
  readonly callTimeoutMs: number;
}

export interface RunsInput {
  readonly requests: readonly RequestedRun[];
  readonly pace: Pace;
  /** Runs all at once. @default one after the other */
  readonly isFanOut?: boolean;
  /** Without run keys; for our form only. */
  readonly isKeyless?: boolean;
}

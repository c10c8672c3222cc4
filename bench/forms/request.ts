/** What each form is asked for, in the same words. */

/** Name of the parameter that says, in every form, to which requested run an execution belongs. */
export const RUN_PARAMETER = 'run';

/** One requested run of a job. */
export interface RequestedRun {
  readonly jobId: string;
  /** Value of {@link RUN_PARAMETER}; no other requested run has it. */
  readonly run: string;
}

/** Settings of a naive form, in ms. Ours has its settings in the worker's profile. */
export interface Pace {
  /** Pause between two status calls. */
  readonly pollMs: number;
  readonly heartbeatTimeoutMs: number;
  /** Start-to-close timeout of an activity that makes one call. */
  readonly callTimeoutMs: number;
}

/** Input of the workflows of this folder. */
export interface RunsInput {
  readonly requests: readonly RequestedRun[];
  readonly pace: Pace;
  /** All at once; otherwise one after the other. */
  readonly isFanOut?: boolean;
  /** Ours only: without run keys. */
  readonly isKeyless?: boolean;
}

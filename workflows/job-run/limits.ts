import { canceled, deadlineExceeded } from './failures.js';
import type { Limits, RunPort } from './port.js';
import type { Run } from './run.js';
import { showError } from './progress.js';

/** Time limits of a run of a job or of a remote workflow. */
interface Timed {
  readonly deadlineMs: number | undefined;
  readonly port: Pick<RunPort, 'now'>;
}

/** Milliseconds of runTimeout that are left; undefined without one. */
export const timeLeftMs = (run: Timed): number | undefined =>
  run.deadlineMs === undefined ? undefined : run.deadlineMs - run.port.now();

export const isPastDeadline = (run: Timed): boolean => (timeLeftMs(run) ?? 1) <= 0;

/**
 * Ends the run if it was cancelled or its time is over. Called after every await before a POST, when no outcome can be
 * unknown.
 */
export function guard(run: Run): void {
  if (run.cancellation.requested) throw canceled('canceled before anything was left running');
  if (isPastDeadline(run)) throw deadlineExceeded(run, 'nothing was left running');
}

/** Limits of a verb that ends with runTimeout or a cancel. */
export const limits = (run: Run, what: string): Limits => ({
  withinMs: run.deadlineMs === undefined ? undefined : Math.max(1, timeLeftMs(run) ?? 1),
  cancellation: run.cancellation,
  summary: summary(run, what),
  onReport: showError(run),
});

export const summary = (run: Run, what: string): string =>
  `${what} ${run.progress.jobName ?? run.plan.jobId}`;

import type { Cancellation, Limits, RunPort } from './port.js';
import type { Run } from './run.js';
import { showError } from './progress.js';
import type { MustEnd } from './submit-state.js';

/** Time limits of a run of a job or of a remote workflow. */
interface Timed {
  readonly deadlineMs: number | undefined;
  readonly port: Pick<RunPort, 'now'>;
}

/** Milliseconds of runTimeout that are left; undefined without one. */
export const timeLeftMs = (run: Timed): number | undefined =>
  run.deadlineMs === undefined ? undefined : run.deadlineMs - run.port.now();

export const isPastDeadline = (run: Timed): boolean => (timeLeftMs(run) ?? 1) <= 0;

/** Why the run must end now: its cancel comes first. */
export const whyMustEnd = (
  run: Timed & { readonly cancellation: Cancellation },
): MustEnd | undefined => {
  if (run.cancellation.requested) return 'cancelled';
  return isPastDeadline(run) ? 'timed-out' : undefined;
};

/** Limits of a verb that ends with runTimeout or a cancel. */
export const limits = (run: Run, what: string): Limits => ({
  withinMs: run.deadlineMs === undefined ? undefined : Math.max(1, timeLeftMs(run) ?? 1),
  cancellation: run.cancellation,
  summary: summary(run, what),
  onReport: showError(run),
});

export const summary = (run: Run, what: string): string =>
  `${what} ${run.progress.jobName ?? run.plan.jobId}`;

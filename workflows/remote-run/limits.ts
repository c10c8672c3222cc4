import { isPastDeadline, timeLeftMs } from '../job-run/limits.js';
import type { Limits } from '../job-run/port.js';
import { mustEndAs } from './failures.js';
import { showRemoteError } from './progress.js';
import type { RemoteRun } from './remote-run.js';

/** Ends the run when it was cancelled or its time is over. Called after every await before a POST. */
export function guardRemote(run: RemoteRun): void {
  if (run.cancellation.requested || isPastDeadline(run))
    throw mustEndAs(run, 'nothing was started');
}

/** Limits of a verb that ends with runTimeout or a cancel. */
export const remoteLimits = (run: RemoteRun, what: string): Limits => ({
  withinMs: run.deadlineMs === undefined ? undefined : Math.max(1, timeLeftMs(run) ?? 1),
  cancellation: run.cancellation,
  summary: `${what} ${run.progress.name ?? run.plan.workflowId}`,
  onReport: showRemoteError(run),
});

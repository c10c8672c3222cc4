import { ContinueAsNew, log, upsertMemo } from '@temporalio/workflow';
import { FAILED_RUNS_MEMO } from '../../contract/names.js';
import type { RemoteRunProgress } from '../../contract/remote-run.js';
import type { RunProgress } from '../../contract/run.js';
import { rememberFailedRun, openRuns } from './run-registry.js';

/** Maximum number of runs in the log line; the memo holds fewer. */
const MAX_NAMED = 50;

/**
 * The workflow function has ended. Runs that it left in progress continue unwatched: a run that was not awaited, or the
 * others of a `Promise.all` of which one failed. Reports them in memo and log. A run whose `state()` was taken
 * continues in the next run of the workflow.
 */
export function tellLeftRunning(error?: unknown): void {
  const open = error instanceof ContinueAsNew ? [] : openRuns();
  if (open.length === 0) return;
  let memo = {};
  for (const progress of open)
    memo = rememberFailedRun({ ...progress, unknown: unknownOf(progress) });
  upsertMemo({ [FAILED_RUNS_MEMO]: memo });
  const runs = open.slice(0, MAX_NAMED).map(({ submission, phase, ...ids }) => ({
    submission,
    phase,
    ...('executionId' in ids && { executionId: ids.executionId }),
  }));
  log.warn('the workflow ended before its Data Flow runs: what they started runs on unwatched', {
    count: open.length,
    runs,
  });
}

function unknownOf(progress: RunProgress | RemoteRunProgress): string {
  const { executionId } = progress as Partial<RunProgress>;
  const what =
    executionId !== undefined
      ? `execution ${executionId} may still run`
      : 'an execution that it submitted may run';
  return `the workflow ended while this run was under way (${progress.phase}): ${what}, and nothing watches it. Check it in the service, and cancel it there if it is not wanted`;
}

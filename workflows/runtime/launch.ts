import { type CancellationScope, upsertMemo } from '@temporalio/workflow';
import { FAILED_RUNS_MEMO } from '../../contract/names.js';
import { toTemporalFailure } from './failures.js';
import type { RemoteRunProgress } from '../../contract/remote-run.js';
import type { RunProgress } from '../../contract/run.js';
import { nonCancellable } from './own-scope.js';
import { rememberFailedRun } from './run-registry.js';
import { RunFailure } from '../job-run/failures.js';
import { currentTurn, isCurrent, pending } from './job-lock.js';

/** What every run under way offers. */
export interface Launched<Result> {
  readonly result: () => Promise<Result>;
  readonly cancel: () => void;
}

/**
 * Begins a run. Its logic is not cancellable from outside: it hears of a cancel of `scope` through its cancellation, and
 * cleans up. One that does not complete leaves its progress in the memo.
 */
export function launch<Result>(
  scope: CancellationScope,
  run: { readonly progress: RunProgress | RemoteRunProgress },
  toEnd: () => Promise<Result>,
): Launched<Result> {
  const turn = currentTurn();
  const result = nonCancellable(toEnd).catch((error: unknown) => {
    if (!isCurrent(turn)) return pending<Result>();
    // A cancelled workflow carries no result: what it leaves behind stands in its memo.
    if (error instanceof RunFailure)
      upsertMemo({ [FAILED_RUNS_MEMO]: rememberFailedRun(run.progress) });
    throw toTemporalFailure(error);
  });
  result.catch(() => undefined); // whoever calls result() sees it
  return {
    result: () => result,
    cancel: () => {
      scope.cancel();
    },
  };
}

/** The end of a run that is started here; what `start` throws, it rejects with. */
export function resultOf<Result>(start: () => Pick<Launched<Result>, 'result'>): Promise<Result> {
  try {
    return start().result();
  } catch (error) {
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }
}

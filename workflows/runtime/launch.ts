import { type CancellationScope, upsertMemo } from '@temporalio/workflow';
import { FAILED_RUNS_MEMO } from '../../contract/names.js';
import { toTemporalFailure } from './failures.js';
import type { RemoteRunProgress } from '../../contract/remote-run.js';
import type { RunProgress } from '../../contract/run.js';
import { nonCancellable } from './own-scope.js';
import { rememberFailedRun } from './run-registry.js';
import { RunFailure } from '../job-run/failures.js';
import { currentActivation, isCurrent, pending } from './activation.js';

export interface Launched<Result> {
  readonly result: () => Promise<Result>;
  readonly cancel: () => void;
}

/**
 * Begins a run. Its logic is not cancelled by the SDK: it observes a cancel of `scope` through its token, and cleans
 * up. A run that does not complete stores its progress in the memo.
 */
export function launch<Result>(
  scope: CancellationScope,
  run: { readonly progress: RunProgress | RemoteRunProgress },
  toEnd: () => Promise<Result>,
): Launched<Result> {
  const activation = currentActivation();
  const result: Promise<Result> = nonCancellable(toEnd).catch((error: unknown) => {
    if (!isCurrent(activation)) return pending<Result>();
    result.catch(() => undefined); // the caller of result() handles it, perhaps later
    // A cancelled workflow has no result: its memo names what it leaves running.
    if (error instanceof RunFailure)
      upsertMemo({ [FAILED_RUNS_MEMO]: rememberFailedRun(run.progress) });
    throw toTemporalFailure(error);
  });
  return {
    result: () => result,
    cancel: () => {
      scope.cancel();
    },
  };
}

/** Starts a run and returns its end. An exception of `start` rejects the promise. */
export function runResult<Result>(start: () => Pick<Launched<Result>, 'result'>): Promise<Result> {
  try {
    return start().result();
  } catch (error) {
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }
}

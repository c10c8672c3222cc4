import { AsyncResource } from 'node:async_hooks';
import type { FailureType } from '../contract/failures.js';
import type { JobExecution } from '../contract/job.js';
import type { PollLog } from './answers.js';
import { toCallFailure } from './call-failure.js';
import type { ExecutionRef, Waiter } from './registry.js';

export interface WaitInfo {
  /** The latest answer that was not terminal. From a list it has only ids, status, createdDate and startDate. */
  readonly execution?: JobExecution;
  /** Error of the latest call. Absent: it was answered. The wait continues. */
  readonly lastError?: { readonly failure?: FailureType; readonly message: string };
  /** Number of calls that served this wait. A shared call counts as one. */
  readonly calls: number;
}

export interface WaitOptions {
  /** Ends the wait, which rejects with its reason. */
  readonly signal?: AbortSignal;
  /**
   * Called after each call that did not end the wait and brought a change: another status, a failure, an answer after
   * a failure. Runs in the async context of the caller of `wait`.
   */
  readonly onStatus?: (info: WaitInfo) => void;
}

export interface WaitResult {
  /** Terminal. */
  readonly execution: JobExecution;
  /** Number of calls that served this wait. A shared call counts as one. */
  readonly calls: number;
}

interface WaiterParts {
  readonly ref: ExecutionRef;
  readonly registeredMs: number;
  readonly options: WaitOptions;
  readonly log: PollLog | undefined;
  readonly resolve: (result: WaitResult) => void;
  readonly reject: (reason: Error) => void;
  /** Removes the waiter from the registry. Called once. */
  readonly leave: () => void;
}

type Tell = (execution: JobExecution | undefined, error: unknown, calls: number) => void;

/** Calls `onStatus`. Its error is logged, so that other waiters are still called. */
function createTell({ options: { onStatus }, log, ref }: WaiterParts): Tell {
  if (onStatus === undefined) return () => undefined;
  const bound = AsyncResource.bind(onStatus);
  let last: JobExecution | undefined;
  let failed = false;
  return (execution, error, calls) => {
    const isNews = failed || error !== undefined || execution?.status !== last?.status;
    last = execution ?? last;
    failed = error !== undefined;
    if (!isNews) return;
    try {
      bound(waitInfo(last, error, calls));
    } catch (thrown) {
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      log?.warn(`onStatus threw: ${message}`, { ...ref });
    }
  };
}

export function createWaiter(parts: WaiterParts): Waiter {
  const { signal } = parts.options;
  const tell = createTell(parts);
  let ended = false;
  const settle = (act: () => void): void => {
    if (ended) return;
    ended = true;
    signal?.removeEventListener('abort', onAbort);
    parts.leave();
    act();
  };
  const waiter: Waiter = {
    ref: parts.ref,
    registeredMs: parts.registeredMs,
    calls: 0,
    told: (execution, error) => {
      if (!ended) tell(execution, error, waiter.calls);
    },
    end: (execution) => {
      settle(() => {
        parts.resolve({ execution, calls: waiter.calls });
      });
    },
    fail: (reason) => {
      settle(() => {
        // Reasons of signals and errors of the client are passed on unchanged.
        parts.reject(reason as Error);
      });
    },
  };
  const onAbort = (): void => {
    waiter.fail(signal?.reason);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  return waiter;
}

function waitInfo(execution: JobExecution | undefined, error: unknown, calls: number): WaitInfo {
  const known = { ...(execution !== undefined && { execution }), calls };
  if (error === undefined) return known;
  const { failure, message } = toCallFailure(error);
  return { ...known, lastError: { ...(failure !== undefined && { failure }), message } };
}

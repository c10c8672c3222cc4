import { AsyncResource } from 'node:async_hooks';
import type { FailureType } from '../contract/failures.js';
import type { JobExecution } from '../contract/job.js';
import type { PollLog } from './answers.js';
import { toCallFailure } from './call-failure.js';
import type { ExecutionRef, Waiter } from './registry.js';

/** State of one wait. */
export interface WaitInfo {
  /** As the service showed it last, by a list only ids, status, creation and start; a list's terminal status is not among them until it is confirmed. */
  readonly execution?: JobExecution;
  /** Why the latest call failed; absent if it was answered. The wait continues. */
  readonly lastError?: { readonly failure?: FailureType; readonly message: string };
  /** Calls that served this wait; shared ones count whole. */
  readonly calls: number;
}

export interface WaitOptions {
  /** Ends the wait at once; its reason is what `wait` rejects with. */
  readonly signal?: AbortSignal;
  /**
   * After a call that did not end the wait and showed something else than the one before: another status, a failure,
   * an answer after a failure. In the async context of the caller of `wait`.
   */
  readonly onStatus?: (info: WaitInfo) => void;
}

export interface WaitResult {
  /** Terminal. */
  readonly execution: JobExecution;
  /** Calls that served this wait; shared ones count whole. */
  readonly calls: number;
}

interface WaiterParts {
  readonly ref: ExecutionRef;
  readonly registeredMs: number;
  readonly options: WaitOptions;
  readonly log: PollLog | undefined;
  readonly resolve: (result: WaitResult) => void;
  readonly reject: (reason: Error) => void;
  /** Takes the waiter out of the registry; called once, whichever way the wait ends. */
  readonly leave: () => void;
}

type Tell = (execution: JobExecution | undefined, error: unknown, calls: number) => void;

/** Calls `onStatus` in the async context of its caller. An error in one must not keep the others from being called. */
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

/** A waiter that settles once and then releases everything. */
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
        // Signals' reasons and the client's errors pass unchanged, whatever they are.
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

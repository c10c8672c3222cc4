import { type CancellationScope, isCancellation, sleep } from '@temporalio/workflow';
import { newScope } from './own-scope.js';
import type { Cancellation, VerbResult } from '../job-run/port.js';

/**
 * Cancellation token of a scope. Cancellable work runs in that scope itself, because each further pending promise takes
 * memory while the workflow is cached, and time in every task.
 */
export function cancellationOf(scope: CancellationScope): Cancellation {
  const listeners = new Set<() => void>();
  let isListening = false;
  const cancellation: Cancellation = {
    get requested() {
      return scope.consideredCancelled;
    },
    onRequest(listener) {
      listeners.add(listener);
      if (!isListening) {
        isListening = true;
        void scope.cancelRequested.catch(() => {
          for (const each of listeners) each();
        });
      }
      return () => {
        listeners.delete(listener);
      };
    },
    within: (act, graceMs = 0) =>
      graceMs === 0 ? scope.run(act) : withGrace(cancellation, act, graceMs),
  };
  return cancellation;
}

/** Runs `act` in a scope of its own, which is cancelled `graceMs` after the cancellation. */
async function withGrace<Value>(
  cancellation: Cancellation,
  act: () => Promise<Value>,
  graceMs: number,
): Promise<Value> {
  const scope = newScope();
  let grace: CancellationScope | undefined;
  const onRequest = (): void => {
    grace = newScope();
    void grace
      .run(() => sleep(graceMs))
      .then(() => {
        scope.cancel();
      }, ignoreCancel);
  };
  const stopListening = cancellation.requested ? undefined : cancellation.onRequest(onRequest);
  if (stopListening === undefined) onRequest();
  try {
    return await scope.run(act);
  } finally {
    stopListening?.();
    grace?.cancel();
  }
}

function ignoreCancel(error: unknown): void {
  if (!isCancellation(error)) throw error;
}

type Interrupted = Extract<VerbResult<never>, { readonly kind: 'cancelled' }>;
type Done<Value> = Extract<VerbResult<Value>, { readonly kind: 'done' }>;

/**
 * Runs `act` until a cancellation, or until `graceMs` after it. `otherwise` converts an error of `act`. Not an async
 * function, which would add a promise to each wait.
 */
export function cancellable<Value, Otherwise>(
  cancellation: Cancellation,
  act: () => Promise<Value>,
  otherwise: (error: unknown) => Otherwise,
  graceMs = 0,
): Promise<Done<Value> | Interrupted | Otherwise> {
  if (cancellation.requested && graceMs === 0) return Promise.resolve({ kind: 'cancelled' });
  return cancellation.within(act, graceMs).then(
    (value) => ({ kind: 'done', value }),
    (error: unknown) =>
      cancellation.requested && isCancellation(error) ? { kind: 'cancelled' } : otherwise(error),
  );
}

/** Rethrows: the run cannot continue after such a failure. */
export function rethrow(error: unknown): never {
  throw error;
}

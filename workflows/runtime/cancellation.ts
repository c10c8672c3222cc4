import { type CancellationScope, isCancellation, sleep } from '@temporalio/workflow';
import { newScope, runIn } from './own-scope.js';
import type { Cancellation, VerbResult } from '../job-run/port.js';

/**
 * Cancellation token of a scope. Cancellable work runs in that scope itself, because each further pending promise takes
 * memory while the workflow is cached, and time in every task.
 */
export function cancellationOf(scope: CancellationScope): Cancellation {
  let listeners: Set<() => void> | undefined;
  const cancellation: Cancellation = {
    get requested() {
      return scope.consideredCancelled;
    },
    onRequest(listener) {
      const all = (listeners ??= listenersOf(scope));
      all.add(listener);
      return () => {
        all.delete(listener);
      };
    },
    within: (act, graceMs = 0) =>
      graceMs === 0 ? runIn(scope, act) : withGrace(cancellation, act, graceMs),
  };
  return cancellation;
}

/** Listeners that are called when the scope is cancelled. One that cannot be cancelled may be asked to. */
function listenersOf(scope: CancellationScope): Set<() => void> {
  const listeners = new Set<() => void>();
  void scope.cancelRequested.catch(() => {
    if (scope.consideredCancelled) for (const each of listeners) each();
  });
  return listeners;
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
    return await runIn(scope, act);
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
    (error: unknown) => afterError(cancellation, error, otherwise),
  );
}

/** Result of an act that threw. */
export const afterError = <Otherwise>(
  cancellation: Cancellation,
  error: unknown,
  otherwise: (error: unknown) => Otherwise,
): Interrupted | Otherwise =>
  cancellation.requested && isCancellation(error) ? { kind: 'cancelled' } : otherwise(error);

/** Rethrows: the run cannot continue after such a failure. */
export function rethrow(error: unknown): never {
  throw error;
}

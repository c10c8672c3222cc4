import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';
import type { Interrupt } from './run/port.js';

/** The cancel of a scope, as the logic of a run sees it. */
export function interruptOf(scope: CancellationScope): Interrupt {
  return {
    get requested() {
      return scope.consideredCancelled;
    },
    onRequest(listener) {
      let listening = true;
      void scope.cancelRequested.catch(() => {
        if (listening) listener();
      });
      return () => {
        listening = false;
      };
    },
  };
}

/**
 * Runs `act` in a scope of its own, which an interrupt cancels, at once or after `graceMs`. Undefined when it was
 * cancelled; the surrounding scope stays as it is.
 */
export async function interruptible<Value>(
  interrupt: Interrupt,
  act: () => Promise<Value>,
  graceMs = 0,
): Promise<{ readonly value: Value } | undefined> {
  if (interrupt.requested && graceMs === 0) return undefined;
  const scope = new CancellationScope();
  // Made only when it is needed: each promise costs a workflow task time.
  let grace: CancellationScope | undefined;
  const onRequest = (): void => {
    if (graceMs === 0) {
      scope.cancel();
      return;
    }
    grace = new CancellationScope();
    void grace
      .run(() => sleep(graceMs))
      .then(() => {
        scope.cancel();
      }, ignoreCancel);
  };
  const stopListening = interrupt.requested ? undefined : interrupt.onRequest(onRequest);
  if (stopListening === undefined) onRequest();
  try {
    return { value: await scope.run(act) };
  } catch (error) {
    if (isCancellation(error) && scope.consideredCancelled) return undefined;
    throw error;
  } finally {
    stopListening?.();
    grace?.cancel();
  }
}

function ignoreCancel(error: unknown): void {
  if (!isCancellation(error)) throw error;
}

import { CancellationScope } from '@temporalio/workflow';

function loop(): never {
  for (;;);
}

/**
 * Never yields: the SDK ends each of its activations after `isolateExecutionTimeout`. All loops here begin before the
 * first `await`: Node.js 20 ends the whole process if an activation is ended in a microtask ("async hook stack has
 * become corrupted").
 */
export function loopsOutsideScopes(): Promise<void> {
  loop();
}

/** Loops inside a scope, which stays the current one for the next code of the thread. */
export async function loopsInsideScope(): Promise<void> {
  await CancellationScope.cancellable(() => Promise.resolve(loop()));
}

/** Loops inside a scope that has been cancelled. */
export async function loopsInsideCancelledScope(): Promise<void> {
  const scope = new CancellationScope();
  scope.cancel();
  await scope.run(() => Promise.resolve(loop()));
}

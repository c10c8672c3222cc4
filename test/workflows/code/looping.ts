import { CancellationScope } from '@temporalio/workflow';

function loop(): never {
  for (;;);
}

/**
 * Never yields: the SDK ends each of its activations after `isolateExecutionTimeout`. All loops here begin before the
 * first `await`: Node.js 20 ends the whole process where one is cut off in a microtask ("async hook stack has become
 * corrupted"), which is a crash like any other.
 */
export function loopsOutsideScopes(): Promise<void> {
  loop();
}

/** The same inside a scope, which stays current for whatever its thread runs next. */
export async function loopsInsideScope(): Promise<void> {
  await CancellationScope.cancellable(() => Promise.resolve(loop()));
}

/** The same inside a scope that has been cancelled. */
export async function loopsInsideCancelledScope(): Promise<void> {
  const scope = new CancellationScope();
  scope.cancel();
  await scope.run(() => Promise.resolve(loop()));
}

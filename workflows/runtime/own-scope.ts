import { CancellationScope } from '@temporalio/workflow';

/** What the SDK keeps for each workflow execution (`@temporalio/workflow`, global-attributes). */
const sdk = globalThis as {
  readonly __TEMPORAL_ACTIVATOR__?: { readonly rootScope?: CancellationScope };
};

function outermost(scope: CancellationScope): CancellationScope {
  let one = scope;
  while (one.parent !== undefined) one = one.parent;
  return one;
}

/** The scope in which this workflow's main function runs; undefined outside of workflows. */
export const rootScope = (): CancellationScope | undefined => sdk.__TEMPORAL_ACTIVATOR__?.rootScope;

/** Whether the current scope is one of this workflow. */
export function isOwnScopeCurrent(): boolean {
  const root = rootScope();
  return root !== undefined && outermost(CancellationScope.current()) === root;
}

/**
 * The current scope, where it is one of this workflow, else the workflow's root scope. An activation that the SDK ends
 * for its length (`isolateExecutionTimeout`) leaves its scope current for all workflows of the thread. What they start
 * in it would be cancelled with another workflow, or could not be cancelled.
 */
export function ownScope(): CancellationScope {
  const current = CancellationScope.current();
  const root = rootScope();
  return root === undefined || outermost(current) === root ? current : root;
}

/** A scope within {@link ownScope}. */
export const newScope = (cancellable = true, parent = ownScope()): CancellationScope =>
  new CancellationScope({ cancellable, parent });

/**
 * Runs `act` in a scope, which its continuations inherit, and returns the promise of `act` itself. That of `scope.run`
 * would settle some microtasks later, and add two promises that are pending as long: each takes memory while the
 * workflow is cached.
 */
export function runIn<Value>(scope: CancellationScope, act: () => Promise<Value>): Promise<Value> {
  let result: Promise<Value> | undefined;
  void scope.run(() => {
    result = begin(act);
    return Promise.resolve();
  });
  return result ?? begin(act); // a scope runs `act` at once
}

/** An exception rejects the promise. */
function begin<Value>(act: () => Promise<Value>): Promise<Value> {
  try {
    return act();
  } catch (error) {
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }
}

/** As `CancellationScope.nonCancellable`, within {@link ownScope}. */
export const nonCancellable = <Value>(act: () => Promise<Value>): Promise<Value> =>
  runIn(newScope(false), act);

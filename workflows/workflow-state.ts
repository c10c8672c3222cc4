import { CancellationScope } from '@temporalio/workflow';

/**
 * State that each workflow execution has of its own, made when it first asks. Modules of this package are loaded once
 * and serve all workflows of a worker (workflows/preload.ts), so a variable of a module would be shared by all of them;
 * the outermost scope is a workflow's own for its whole life, and after a replay a new one.
 */
export function workflowState<State extends object>(make: () => State): () => State {
  const states = new WeakMap<CancellationScope, State>();
  return () => {
    const scope = outermostScope();
    const known = states.get(scope);
    if (known !== undefined) return known;
    const made = make();
    states.set(scope, made);
    return made;
  };
}

function outermostScope(): CancellationScope {
  let scope = CancellationScope.current();
  while (scope.parent !== undefined) scope = scope.parent;
  return scope;
}

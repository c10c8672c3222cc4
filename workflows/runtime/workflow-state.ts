import { workflowInfo } from '@temporalio/workflow';

/**
 * Must be enumerable and a string: Node.js lists only such properties of the global object, and the SDK keeps apart
 * what is listed.
 */
const PROPERTY = '__temporalNcloudDataflow';

interface OwnState {
  readonly runId: string;
  /** Parts of the state, by the function that makes them. */
  readonly parts: Map<() => object, object>;
}

const ownGlobal = globalThis as { [PROPERTY]?: OwnState };

/**
 * State of one workflow execution, made at its first use. It is a property of the workflow's `globalThis`, which the
 * SDK keeps apart for each cached workflow and makes anew for a replay. A variable of a module would be shared, because
 * modules of this package are loaded once for all workflows of a worker (workflows/preload.ts). The async context
 * cannot hold it: an activation that the SDK ends for its length leaves its scope current for other workflows of the
 * thread.
 * @throws Error where the state belongs to another run: the workflow task fails, and Temporal repeats it
 */
export function workflowState<State extends object>(make: () => State): () => State {
  return () => {
    const { parts } = ownState();
    const known = parts.get(make) as State | undefined;
    if (known !== undefined) return known;
    const made = make();
    parts.set(make, made);
    return made;
  };
}

function ownState(): OwnState {
  const { runId } = workflowInfo();
  const state = (ownGlobal[PROPERTY] ??= { runId, parts: new Map() });
  if (state.runId !== runId) throw mixedWorkflows(`run ${state.runId}`, runId);
  return state;
}

/**
 * Thrown inside a workflow it fails the workflow task; the SDK then drops the workflow and replays it from its history.
 */
export const mixedWorkflows = (found: string, expected: string): Error =>
  new Error(
    `Code or state of ${found} was found in a task of workflow run ${expected}. ` +
      'The SDK has ended an activation of another workflow of this worker for its length (isolateExecutionTimeout: an endless loop, or a worker process that was stopped for a while). ' +
      'This workflow task fails and is repeated from the history.',
  );

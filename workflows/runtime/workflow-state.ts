import { workflowInfo } from '@temporalio/workflow';

/** Enumerable and with a plain name: Node.js lists no other properties of the global object that workflows share. */
const PROPERTY = '__temporalNcloudDataflow';

interface OwnState {
  readonly runId: string;
  /** By the function that makes each part. */
  readonly parts: Map<() => object, object>;
}

const ownGlobal = globalThis as { [PROPERTY]?: OwnState };

/**
 * State that each workflow execution has of its own, made when it first asks. It is a property of the workflow's
 * `globalThis`, which the SDK keeps apart for each cached workflow, and makes anew for a replay. Modules of this package
 * are loaded once for all workflows of a worker (workflows/preload.ts), so a variable of a module is shared by all. The
 * async context is no place for it: an activation that the SDK ends for its length leaves a scope behind that stays
 * current for other workflows of the thread.
 * @throws Error where the state is that of another run: the workflow task fails, and Temporal repeats it
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

/** Thrown inside a workflow it fails the workflow task; the SDK then drops the workflow and replays it from its history. */
export const mixedWorkflows = (found: string, expected: string): Error =>
  new Error(
    `Something of ${found} was met in a task of workflow run ${expected}. ` +
      'The SDK has ended an activation of another workflow of this worker for its length (isolateExecutionTimeout: an endless loop, or a worker process that was stopped for a while). ' +
      'This workflow task fails and is repeated from the history.',
  );

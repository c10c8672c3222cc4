import { inWorkflowContext, workflowInfo } from '@temporalio/workflow';
import { isOwnScopeCurrent } from './own-scope.js';
import { mixedWorkflows, workflowState } from './workflow-state.js';

/**
 * The activations of the workflows of a worker follow each other in one thread. An activation that the SDK ends for its
 * length may leave continuations, which then run in an activation of another workflow. This state, one for each
 * workflow, tells whether code runs in an activation of its own workflow.
 */
export interface Activations {
  /** The interceptors of this package are in the bundle: all code of the workflow runs in scopes of its own. */
  isGuarded: boolean;
  /** Set when a continuation of another workflow asked for something in an activation of this one. */
  spoiledBy: Error | undefined;
}

export const currentActivation = workflowState<Activations>(() => ({
  isGuarded: false,
  spoiledBy: undefined,
}));

/** Whether the running code belongs to the workflow of the current activation; records it if it does not. */
export function isOwnActivation(): boolean {
  const activation = currentActivation();
  if (!activation.isGuarded || isOwnScopeCurrent()) return true;
  activation.spoiledBy ??= mixedWorkflows('an ended activation', workflowInfo().runId);
  return false;
}

/** @throws Error in an activation of another workflow: a run that began there would change its keys and commands. */
export function refuseForeignActivation(): void {
  if (!isOwnActivation())
    throw (
      currentActivation().spoiledBy ??
      new Error('this code runs in an activation of another workflow')
    );
}

/** Never settles, so that code in a foreign activation does not continue. */
export const pending = <Value>(): Promise<Value> => new Promise(() => undefined);

/**
 * Calls `act` only in an activation of the workflow that `own` belongs to: a run that the SDK has dropped schedules
 * nothing in another workflow.
 */
export const ifCurrent = <Value>(own: Activations, act: () => Promise<Value>): Promise<Value> =>
  isCurrent(own) ? act() : pending();

export const isCurrent = (activation: Activations): boolean =>
  inWorkflowContext() && currentActivation() === activation;

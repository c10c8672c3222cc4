import { inWorkflowContext, workflowInfo } from '@temporalio/workflow';
import { isOwnScopeCurrent } from './own-scope.js';
import { mixedWorkflows, workflowState } from './workflow-state.js';

/**
 * Workflows of a worker take turns in one thread. An activation that the SDK ends for its length may leave
 * continuations behind, which then run in the turn of another workflow. A turn tells whether code runs in its own.
 */
interface Turn {
  /** The interceptors of this package are in the bundle: all code of the workflow runs in scopes of its own. */
  isGuarded: boolean;
  /** Set when a continuation of another workflow asked for something in an activation of this one. */
  spoiledBy: Error | undefined;
}

export const currentTurn = workflowState<Turn>(() => ({ isGuarded: false, spoiledBy: undefined }));

/** Whether the running code belongs to the workflow of the current activation; records it if it does not. */
export function isOwnTurn(): boolean {
  const turn = currentTurn();
  if (!turn.isGuarded || isOwnScopeCurrent()) return true;
  turn.spoiledBy ??= mixedWorkflows('an ended activation', workflowInfo().runId);
  return false;
}

/** @throws Error in the turn of another workflow: a run that began there would change its keys and commands */
export function refuseForeignTurn(): void {
  if (!isOwnTurn()) throw currentTurn().spoiledBy ?? new Error('foreign turn');
}

/** Never settles, so that code in a foreign activation does not continue. */
export const pending = <Value>(): Promise<Value> => new Promise(() => undefined);

/**
 * `act`, but nothing in the turn of another workflow than that in which this was called: a run that the SDK has dropped
 * asks for nothing in the name of its neighbour.
 */
export function inOwnTurn<Args extends readonly unknown[], Value>(
  act: (...args: Args) => Promise<Value>,
): (...args: Args) => Promise<Value> {
  const own = currentTurn();
  return (...args) => (isCurrent(own) ? act(...args) : pending());
}

export const isCurrent = (turn: Turn): boolean => inWorkflowContext() && currentTurn() === turn;

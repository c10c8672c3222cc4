// The bundler is given this module by DataFlowPlugin (worker/plugin.ts). The SDK runs many workflows in one
// thread. When it ends an activation for its length (`isolateExecutionTimeout`: a loop, or a process that was stopped
// for a while), three things of the ended workflow remain in that thread, and reach others: the scope that was current,
// continuations that were due, and, if the thread was just switching workflows, the global object. None of these may
// start, cancel or delay a run of another workflow.
import {
  workflowInfo,
  type WorkflowInterceptors,
  type WorkflowInterceptorsFactory,
  type WorkflowOutboundCallsInterceptor,
} from '@temporalio/workflow';
import { isLocalOfOurs, scheduleOthers } from './runtime/local-activity.js';
import { tellLeftRunning } from './runtime/left-running.js';
import { rootScope, runIn } from './runtime/own-scope.js';
import { currentActivation, isCurrent, isOwnActivation, pending } from './runtime/activation.js';
import { shareTraces } from './runtime/shared-traces.js';
import { mixedWorkflows } from './runtime/workflow-state.js';

/** Runs `act` in the workflow's root scope. */
function inRootScope<Value>(act: () => Promise<Value>): Promise<Value> {
  const root = rootScope();
  return root === undefined ? act() : runIn(root, act);
}

/**
 * Drops commands of a continuation that an ended activation left behind; the workflow in whose activation it ran is
 * replayed from its history.
 */
const ownCalls =
  <Input, Result>() =>
  (input: Input, next: (input: Input) => Promise<Result>): Promise<Result> =>
    isOwnActivation() ? next(input) : pending();

const outbound: WorkflowOutboundCallsInterceptor = {
  scheduleActivity: ownCalls(),
  scheduleLocalActivity: (input, next) => {
    if (!isOwnActivation()) return pending();
    return isLocalOfOurs(input.activityType) ? next(input) : scheduleOthers(() => next(input));
  },
  startTimer: ownCalls(),
  startChildWorkflowExecution: ownCalls(),
  startNexusOperation: ownCalls(),
  signalWorkflow: ownCalls(),
};

const INTERCEPTORS: WorkflowInterceptors = {
  inbound: [
    {
      execute: (input, next) =>
        inRootScope(() => {
          const activation = currentActivation();
          const result = next(input);
          // Observed before the SDK sees it, so that the order of commands does not change.
          const tell = (error?: unknown): void => {
            if (isCurrent(activation)) tellLeftRunning(error);
          };
          result.then(() => {
            tell();
          }, tell);
          return result;
        }),
      handleSignal: (input, next) => inRootScope(() => next(input)),
      handleUpdate: (input, next) => inRootScope(() => next(input)),
    },
  ],
  outbound: [outbound],
  internals: [
    {
      activate: (input, next) => {
        const { runId } = workflowInfo();
        if (input.activation.runId !== runId) {
          throw mixedWorkflows(`run ${runId}`, String(input.activation.runId));
        }
        currentActivation().isGuarded = true;
        next(input);
      },
      concludeActivation: (input, next) => {
        const { spoiledBy } = currentActivation();
        if (spoiledBy !== undefined) throw spoiledBy;
        shareTraces();
        return next(input);
      },
    },
  ],
};

/** Isolates workflows of one worker from what an ended activation leaves in the thread. */
export const interceptors: WorkflowInterceptorsFactory = () => INTERCEPTORS;

import { type DataFlowCallError, mayHaveTakenEffect, isRefusal } from '../client/errors.js';
import { FAILURES, type FailureType } from '../contract/failures.js';
import { type OperationName, OPERATIONS } from '../contract/operations.js';
import { EXIT_OF_FAILURE, type ExitName } from './exit-codes.js';

/**
 * Remedies for a call of the command line. Those of the table of failures are for workflows, where Temporal repeats a
 * call.
 */
const REMEDIES: Readonly<Partial<Record<FailureType, string>>> = {
  DataFlowUnavailable:
    'Check network, proxy and the address of the service with dataflow doctor, then repeat the command.',
  DataFlowThrottled: 'Wait a minute, then repeat the command; make fewer calls at once.',
  DataFlowLinkedRequestFailed:
    'A product that Data Flow uses failed; check its status, then repeat the command.',
  DataFlowUnauthenticated:
    'Check access key, secret key and the clock of this machine with dataflow doctor.',
  DataFlowBadState:
    'The job cannot be started, changed or stopped in its present state: see dataflow api getJobById.',
};

/** Remedies of operations that are not about a job. */
const REMEDIES_OF: Readonly<Partial<Record<OperationName, typeof REMEDIES>>> = {
  executeWorkflow: {
    DataFlowBadState:
      'The workflow cannot be started in its present state: see it and its jobs with dataflow api getWorkflowById.',
  },
  cancelJobExecution: {
    DataFlowBadState:
      'The execution cannot be stopped in its present state: see dataflow api getJobExecutionById.',
  },
};

/**
 * Whether a write may have taken effect although its answer was lost. That includes writes that Temporal would repeat:
 * here the user has to check them.
 */
export const isLostWrite = (error: DataFlowCallError): boolean =>
  mayHaveTakenEffect(error) ||
  (OPERATIONS[error.call].kind !== 'read' && error.sent !== 'no' && !isRefusal(error));

/** What to do about the error of a call of the command line. */
export function callRemedy(error: DataFlowCallError): string {
  const { call, failure } = error;
  if (mayHaveTakenEffect(error)) return error.remedy;
  if (isLostWrite(error)) return FAILURES.DataFlowOutcomeUnknown.remedy;
  return REMEDIES_OF[call]?.[failure] ?? REMEDIES[failure] ?? error.remedy;
}

/** What came back, and what to do. */
export const callErrorText = (error: DataFlowCallError): string =>
  `${error.what} ${callRemedy(error)}`;

export const exitOfCall = (error: DataFlowCallError): ExitName =>
  isLostWrite(error) ? 'unknown' : EXIT_OF_FAILURE[error.failure];

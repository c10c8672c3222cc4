import { type DataFlowCallError, mayHaveTakenEffect, isRefusal } from '../client/errors.js';
import { FAILURES, type FailureType } from '../contract/failures.js';
import { type OperationName, OPERATIONS } from '../contract/operations.js';
import { EXIT_OF_FAILURE, type ExitName } from './exit-codes.js';

/** Where nobody repeats a call, what to do is something else than where Temporal does. */
const REMEDIES: Readonly<Partial<Record<FailureType, string>>> = {
  DataFlowUnavailable:
    'Check network, proxy and the address of the service (dataflow doctor does), then repeat the command.',
  DataFlowThrottled: 'Wait a little, then repeat the command; use fewer calls at once.',
  DataFlowLinkedRequestFailed:
    'A product that Data Flow uses did not answer well; look at its status, then repeat the command.',
  DataFlowUnauthenticated:
    'Check access key, secret key and the clock of this machine: dataflow doctor tells which.',
  DataFlowBadState:
    'The job cannot be started, changed or stopped in its present state: look at it with dataflow api getJobById.',
};

/** By operation, where the remedy of the failure points elsewhere. */
const REMEDIES_OF: Readonly<Partial<Record<OperationName, typeof REMEDIES>>> = {
  executeWorkflow: {
    DataFlowBadState:
      'The workflow cannot be started in its present state: look at it and at its jobs with dataflow api getWorkflowById.',
  },
  cancelJobExecution: {
    DataFlowBadState:
      'The execution cannot be stopped in its present state: look at it with dataflow api getJobExecutionById.',
  },
};

/** Where nobody repeats it, whatever may have been carried out is to be looked at first, also what could be repeated. */
export const isLostWrite = (error: DataFlowCallError): boolean =>
  mayHaveTakenEffect(error) ||
  (OPERATIONS[error.call].kind !== 'read' && error.sent !== 'no' && !isRefusal(error));

/** What to do here about an error of one call. */
export function callRemedy(error: DataFlowCallError): string {
  const { call, failure } = error;
  if (mayHaveTakenEffect(error)) return error.remedy;
  if (isLostWrite(error)) return FAILURES.DataFlowOutcomeUnknown.remedy;
  return REMEDIES_OF[call]?.[failure] ?? REMEDIES[failure] ?? error.remedy;
}

/** Text of an error of one call: what came back, and what to do here. */
export const callErrorText = (error: DataFlowCallError): string =>
  `${error.what} ${callRemedy(error)}`;

export const exitOfCall = (error: DataFlowCallError): ExitName =>
  isLostWrite(error) ? 'unknown' : EXIT_OF_FAILURE[error.failure];

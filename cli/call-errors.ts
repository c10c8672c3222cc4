import { type DataFlowCallError, isDoubtful } from '../client/errors.js';
import { FAILURES, type FailureType } from '../contract/failures.js';
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

/** An error of one call as the command line tells it: what came back, and what to do here. */
export function callErrorText(error: DataFlowCallError): string {
  const remedy = REMEDIES[error.failure];
  return remedy === undefined || isDoubtful(error)
    ? error.message
    : error.message.replace(FAILURES[error.failure].remedy, remedy);
}

export const exitOfCall = (error: DataFlowCallError): ExitName =>
  isDoubtful(error) ? 'unknown' : EXIT_OF_FAILURE[error.failure];

import { DataFlowCallError } from '../client/errors.js';

/** Whether an error says that what was asked for is not there. */
export const notFound = (error: unknown): error is DataFlowCallError =>
  error instanceof DataFlowCallError && error.failure === 'DataFlowNotFound';

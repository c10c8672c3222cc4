import type { FailureType } from '../../contract/failures.js';
import type { OperationName } from '../../contract/operations.js';
import { DataFlowCallError, type Sent } from '../errors.js';
import type { Outcome } from './send.js';

/** One request and its result, for observers. A repeated call (a rejected signature) is several requests. */
export interface SeenRequest {
  readonly call: OperationName;
  readonly sent: Sent;
  /** Undefined: it was answered as it should be. */
  readonly failure: FailureType | undefined;
  /** HTTP status, once an answer came. */
  readonly status: number | undefined;
  /** Its caller gave it up, or the client was closed. */
  readonly aborted: boolean;
  /** From the moment it could be sent to the end of its answer. */
  readonly tookMs: number;
}

/** Describes an attempt by its error; without one the answer was normal. */
export function seenRequest(
  call: OperationName,
  { outcome, tookMs }: { readonly outcome: Outcome; readonly tookMs: number },
  error?: unknown,
): SeenRequest {
  const isNone = outcome.kind === 'none';
  return {
    call,
    sent: isNone ? outcome.sent : 'yes',
    failure: error instanceof DataFlowCallError ? error.failure : undefined,
    status: isNone ? undefined : outcome.head.status,
    aborted: outcome.kind !== 'whole' && ['aborted', 'closed'].includes(outcome.why.reason),
    tookMs,
  };
}

import type { FailureType } from '../../contract/failures.js';
import type { OperationName } from '../../contract/operations.js';
import { DataFlowCallError, type Sent } from '../errors.js';
import type { Outcome } from './send.js';

/** One request and its result, for `onRequest`. A call that is signed anew makes two requests. */
export interface SeenRequest {
  readonly call: OperationName;
  readonly sent: Sent;
  /** Undefined: the answer was as it should be. */
  readonly failure: FailureType | undefined;
  /** HTTP status, once an answer came. */
  readonly status: number | undefined;
  /** Its caller aborted it, or the client was closed. */
  readonly aborted: boolean;
  /** From the time at which it could be sent to the end of its answer. */
  readonly tookMs: number;
}

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

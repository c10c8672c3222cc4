import { type FailureType, remedyOf } from '../contract/failures.js';
import { OPERATIONS, type OperationName } from '../contract/operations.js';
import { clip } from './clean-text.js';

/**
 * Whether the request may have reached the service. `no`: not one byte of it left this process.
 * `maybe`: bytes left, no answer came. `yes`: an answer (status line and headers) came.
 */
export type Sent = 'no' | 'maybe' | 'yes';

/** What is known about a call that gave no output. All texts are free of keys and signatures. */
export interface CallFacts {
  /** Operation, e.g. `executeJob`. */
  readonly call: OperationName;
  /** Method and path without query, e.g. `POST /api/v1/jobs/Ab12Cd34Ef56/executions`. */
  readonly request: string;
  readonly failure: FailureType;
  readonly sent: Sent;
  /** Whether the answer came whole. */
  readonly complete: boolean;
  /** HTTP status, once an answer came. */
  readonly status?: number;
  /** Code of the service's own error body, e.g. `bad-state`. */
  readonly errorType?: string;
  /** Code of the gateway's error body, e.g. `200`. */
  readonly errorCode?: string;
  /** Title (service) or message (gateway) of the error body. */
  readonly title?: string;
  /** Detail (service) or details (gateway) of the error body. */
  readonly detail?: string;
  /** The id by which the vendor's support finds the call. */
  readonly requestId?: string;
  /** Milliseconds that the answer asked to wait (Retry-After), at most a minute. */
  readonly retryAfterMs?: number;
  /** The permit (`notAfterMs`) ran out before the bytes left. */
  readonly expired?: true;
  /** The caller's AbortSignal ended the call. */
  readonly aborted?: true;
}

const CONSEQUENCE = {
  no: ' Nothing was sent.',
  maybe: ' The request may have reached the service.',
  yes: '',
} as const satisfies Record<Sent, string>;

/**
 * Whether the answer proves that nothing was carried out: a whole 4xx that the service or its gateway wrote. An answer
 * that an intermediary wrote proves nothing (a firewall may read the answer of the service and replace it): its failure is
 * DataFlowUnavailable, or DataFlowThrottled without a code (`classify` in contract/failures.ts).
 */
export function isRefusal(facts: CallFacts): boolean {
  const { complete, status = 0, failure, errorType, errorCode } = facts;
  if (!complete || status < 400 || status >= 500 || failure === 'DataFlowUnavailable') return false;
  return failure !== 'DataFlowThrottled' || (errorType ?? errorCode) !== undefined;
}

/** Whether a call that must not be repeated may have been carried out: then no remedy may say that it is repeated. */
export const mayHaveTakenEffect = (facts: CallFacts): boolean =>
  !OPERATIONS[facts.call].idempotent && facts.sent !== 'no' && !isRefusal(facts);

/** Members are clipped one by one, so that the remedy always has room: with it the whole stays below 500 characters. */
function whatCame({ call, request, sent }: CallFacts, words: string): string {
  const head = `${call} (${clip(request, 90)}): ${clip(words, 230)}`;
  const end = /[.!?…]$/.test(head) ? '' : '.';
  return `${head}${end}${CONSEQUENCE[sent]}`;
}

/** A call that gave no output: refused, unreadable, unanswered, or never sent. Its message is `what` and `remedy`. */
export class DataFlowCallError extends Error implements CallFacts {
  override readonly name = 'DataFlowCallError';
  declare readonly call: OperationName;
  declare readonly request: string;
  declare readonly failure: FailureType;
  declare readonly sent: Sent;
  declare readonly complete: boolean;
  declare readonly status?: number;
  declare readonly errorType?: string;
  declare readonly errorCode?: string;
  declare readonly title?: string;
  declare readonly detail?: string;
  declare readonly requestId?: string;
  declare readonly retryAfterMs?: number;
  declare readonly expired?: true;
  declare readonly aborted?: true;

  /** The call, what came back, and whether anything was sent, in words. */
  declare readonly what: string;
  /** What to do where calls are repeated by somebody, e.g. by Temporal. */
  declare readonly remedy: string;

  /** @param words what came back, as a part of the message */
  constructor(facts: CallFacts, words: string) {
    const what = whatCame(facts, words);
    const { call, failure } = facts;
    const remedy = remedyOf(mayHaveTakenEffect(facts) ? 'DataFlowOutcomeUnknown' : failure, {
      call,
    });
    super(clip(`${what} ${remedy}`, 499));
    Object.assign(this, facts, { what, remedy });
  }
}

/** Options or input that cannot be right. Thrown before anything is sent; names all problems at once. */
export class DataFlowInvalidInputError extends Error {
  override readonly name = 'DataFlowInvalidInputError';
  readonly failure = 'DataFlowInvalidInput' satisfies FailureType;
  /** One sentence each, with its remedy. */
  readonly problems: readonly string[];

  constructor(where: string, problems: readonly string[]) {
    super(clip(`${where}: ${problems.join('; ')}`, 2_000));
    this.problems = problems;
  }
}

import { type FailureType, remedyOf } from '../contract/failures.js';
import { OPERATIONS, type OperationName } from '../contract/operations.js';
import { clip } from './clean-text.js';

/**
 * Whether the request may have reached the service. `no`: not one byte of it left this process.
 * `maybe`: bytes left, no answer came. `yes`: an answer (status line and headers) came.
 */
export type Sent = 'no' | 'maybe' | 'yes';

/** Facts about a call that failed. No text holds a key or a signature. */
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
  /** Id by which NAVER's support finds the call. */
  readonly requestId?: string;
  /** Retry-After of the answer in ms, at most a minute. */
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
 * Whether the answer proves that nothing was carried out: a complete 4xx that the service or its gateway wrote. The
 * answer of an intermediary proves nothing, because it may replace an answer of the service. It shows as
 * DataFlowUnavailable, or as DataFlowThrottled without a code (`classify` in contract/failures.ts).
 */
export function isRefusal(facts: CallFacts): boolean {
  const { complete, status = 0, failure, errorType, errorCode } = facts;
  if (!complete || status < 400 || status >= 500 || failure === 'DataFlowUnavailable') return false;
  return failure !== 'DataFlowThrottled' || (errorType ?? errorCode) !== undefined;
}

/**
 * Whether a call that is not idempotent may have been carried out. Its remedy must then not say that it is repeated.
 */
export const mayHaveTakenEffect = (facts: CallFacts): boolean =>
  !OPERATIONS[facts.call].idempotent && facts.sent !== 'no' && !isRefusal(facts);

/** Each part is clipped, so that the message stays below 500 characters with its remedy. */
function whatCame({ call, request, sent }: CallFacts, words: string): string {
  const head = `${call} (${clip(request, 90)}): ${clip(words, 230)}`;
  const end = /[.!?…]$/.test(head) ? '' : '.';
  return `${head}${end}${CONSEQUENCE[sent]}`;
}

/** A call was refused, answered unreadably, not answered, or not sent. The message is `what` and `remedy`. */
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

  /** The call, what came back, and whether the request was sent. */
  declare readonly what: string;
  /** What to do, for calls that something repeats, e.g. Temporal. */
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

/** Invalid options or input. Thrown before anything is sent. Names all problems. */
export class DataFlowInvalidInputError extends Error {
  override readonly name = 'DataFlowInvalidInputError';
  readonly failure = 'DataFlowInvalidInput' satisfies FailureType;
  /** One sentence for each problem, with its remedy. */
  readonly problems: readonly string[];

  constructor(where: string, problems: readonly string[]) {
    super(clip(`${where}: ${problems.join('; ')}`, 2_000));
    this.problems = problems;
  }
}

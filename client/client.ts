import type { OperationInput, OperationName, OperationOutput } from '../contract/operations.js';

/** Options of every call. */
export interface CallOptions {
  /** Ends the call early. */
  readonly signal?: AbortSignal;
  /**
   * Time limit of the whole call in ms. For an operation that is not idempotent it starts anew as the bytes leave.
   * @default `callTimeoutMs` of the client
   */
  readonly timeoutMs?: number;
  /**
   * Date of the signature (epoch ms, service time), so that the gateway refuses the request earlier. A call with this
   * option is never signed anew: its answer shows whether the gateway takes old dates.
   * @default the present time
   */
  readonly signedAtMs?: number;
}

/** Options of executeJob and executeWorkflow (docs/submit-protocol.md, rules 1 and 2). */
export interface ExecuteOptions extends CallOptions {
  /**
   * Service time (epoch ms) before which the bytes must leave. It is checked as they leave, against the latest time
   * that the service's clock may show. If it has passed nothing is sent, and the error has `sent: 'no'` and `expired:
   * true`.
   */
  readonly notAfterMs?: number;
  /** Called just before the bytes leave. `false`: nothing is sent, and the error is that of `notAfterMs`. */
  readonly mayLeave?: () => boolean;
  /** Called once, as the bytes leave. From then on the request may reach the service. */
  readonly onSent?: () => void;
}

export interface Answer<Output> {
  readonly output: Output;
  /** The answer's Date header in epoch ms (steps of one second); undefined where the service sent none. */
  readonly dateMs: number | undefined;
}

/** Options of getJobExecutions. */
export interface ListOptions extends CallOptions {
  /** Decode only ids, status, `createdDate` and `startDate` of each row: a quarter of the work. @default false */
  readonly brief?: boolean;
}

export type AnyCallOptions = ExecuteOptions & ListOptions;

type CallOptionsOf<Name extends OperationName> = Name extends 'executeJob' | 'executeWorkflow'
  ? ExecuteOptions
  : Name extends 'getJobExecutions'
    ? ListOptions
    : CallOptions;

/** Client of the service. A call makes one request; docs/design.md ("The client") names two exceptions. */
export interface DataFlowClient {
  /**
   * @throws DataFlowInvalidInputError before anything is sent; DataFlowCallError if no answer with the output came
   */
  call<Name extends OperationName>(
    name: Name,
    input: OperationInput<Name>,
    options?: CallOptionsOf<Name>,
  ): Promise<Answer<OperationOutput<Name>>>;
  readonly serviceClock: ServiceClock;
  /** Closes the sockets. Calls under way fail. */
  close(): Promise<void>;
}

/**
 * Bounds of the service's clock, measured by the Date headers of its answers. They hold unless that clock jumps.
 * Before the first answer they are the clock of this process.
 */
export interface ServiceClock {
  /** Lower bound, epoch ms. */
  earliestMs(): number;
  /**
   * Lower bound for permits. Where answers disagree it is a time that a quarter of them are as early as; with fewer
   * than 12 answers the earliest. A permit must not count from a time that is too late: its POST could be accepted
   * after reconciling has ended.
   */
  atLeastMs(): number;
  /** Upper bound, epoch ms. */
  latestMs(): number;
  /** Whether an answer had a Date. Before that the bounds may be wrong. */
  isMeasured(): boolean;
}

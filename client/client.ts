import type { OperationInput, OperationName, OperationOutput } from '../contract/operations.js';

/** What comes with every call. */
export interface CallOptions {
  /** Ends the call early. */
  readonly signal?: AbortSignal;
  /** Time limit of the whole call in ms; of executeJob anew from where its bytes leave. @default the client's `callTimeoutMs` */
  readonly timeoutMs?: number;
  /**
   * Sign with this date (epoch ms, service time) instead of the present one, so that the gateway refuses the request
   * earlier. A call with a date of its own is never signed anew: its answer shows whether the service accepts old dates.
   */
  readonly signedAtMs?: number;
}

/** What only executeJob and executeWorkflow take (docs/submit-protocol.md, rules 1 and 2). */
export interface ExecuteOptions extends CallOptions {
  /**
   * Service time (epoch ms) before which the bytes must leave; checked where they leave, against the latest
   * that the service's clock may show. Too late: nothing is sent, error with `sent: 'no'`, `expired: true`.
   */
  readonly notAfterMs?: number;
  /** Asked as the bytes are about to leave; `false`: nothing is sent, as when it is too late. */
  readonly mayLeave?: () => boolean;
  /** Called once, as the bytes leave: from here the request may reach the service. */
  readonly onSent?: () => void;
}

/** An answer: what it says, and when the service said so. */
export interface Answer<Output> {
  readonly output: Output;
  /** The answer's Date header in epoch ms (steps of one second); undefined where the service sent none. */
  readonly dateMs: number | undefined;
}

/** What only getJobExecutions takes. */
export interface ListOptions extends CallOptions {
  /** Rows hold only ids, status, `createdDate` and `startDate`: enough to see which executions are active, for a quarter of the work. @default false */
  readonly brief?: boolean;
}

/** What any of the operations takes. */
export type AnyCallOptions = ExecuteOptions & ListOptions;

type CallOptionsOf<Name extends OperationName> = Name extends 'executeJob' | 'executeWorkflow'
  ? ExecuteOptions
  : Name extends 'getJobExecutions'
    ? ListOptions
    : CallOptions;

/** The service, as verbs. Never repeats a call: its caller does (docs/design.md, The client, names the exceptions). */
export interface DataFlowClient {
  /** @throws DataFlowCallError when the answer is not the operation's output, or none came. */
  call<Name extends OperationName>(
    name: Name,
    input: OperationInput<Name>,
    options?: CallOptionsOf<Name>,
  ): Promise<Answer<OperationOutput<Name>>>;
  /** The service's clock, measured by Date headers; before the first answer this process's own. */
  readonly serviceClock: ServiceClock;
  /** Closes the sockets. Calls under way fail. */
  close(): Promise<void>;
}

/**
 * The service's clock, known within bounds: Date headers have steps of one second and answers travel.
 * Every bound holds unless the service's own clock jumps.
 */
export interface ServiceClock {
  /** It is at least this late (epoch ms). */
  earliestMs(): number;
  /**
   * As `earliestMs`, but where answers disagree as early as a quarter of them, and of fewer than 12 the earliest. A permit
   * counts from it: a POST that is dated too late is still accepted when everybody has ceased to expect it.
   */
  atLeastMs(): number;
  /** It is at most this late (epoch ms). */
  latestMs(): number;
  /** Whether an answer had a Date. Before that, both bounds are this process's own clock, however wrong. */
  isMeasured(): boolean;
}

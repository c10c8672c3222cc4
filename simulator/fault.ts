import type { GatewayCode } from './outcome.js';
import type { OperationName } from './operations/operation-name.js';

export type FaultEffect =
  | StatusEffect
  | GatewayEffect
  | DelayEffect
  /**
   * The connection breaks, `before` the service sees the request, or `after` it has carried it out (a lost answer).
   */
  | { readonly drop: 'before' | 'after' }
  /** The request is carried out, and answered with a body that is not JSON. */
  | { readonly garbage: true }
  /** The request is carried out. Headers and half of the body are sent, then the connection breaks. */
  | { readonly cut: true };

export interface StatusEffect {
  readonly status: number;
  /**
   * A string is sent as it is, another value as JSON.
   * @default the gateway's documented body for an error status, else none
   */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Whether the request is carried out before it is answered.
   * @default false; for a 429 on executeJob the switch throttledExecuteStarts
   */
  readonly handled?: boolean;
}

export interface GatewayEffect {
  /** The gateway refuses the call with this code and its status, e.g. 210 or 230 for missing rights. */
  readonly gateway: GatewayCode;
}

export interface DelayEffect {
  /** Ms of the simulator's clock. Not divided by `timeScale`, as the time limits of clients are not. */
  readonly delayMs: number;
  /**
   * `arrival`: the request reaches the gateway late, with an older signature. `answer`: it is carried out at once,
   * and answered late.
   * @default 'arrival'
   */
  readonly at?: 'arrival' | 'answer';
  /** A further effect: after a delayed arrival, or in place of the delayed answer. */
  readonly then?: Exclude<FaultEffect, DelayEffect>;
}

/**
 * A fault. It applies to calls that match `on` and `jobId`; of `calls`, `times` and `probability` the first that is
 * set restricts them.
 */
export interface Fault {
  readonly on: OperationName | '*';
  readonly jobId?: string;
  /** Numbers of matching calls, counted from 1 for this fault. */
  readonly calls?: readonly number[];
  /** Applies to this many matching calls, the first ones. */
  readonly times?: number;
  /** Probability for each matching call, 0..1, drawn from the seed. */
  readonly probability?: number;
  readonly then: FaultEffect;
}

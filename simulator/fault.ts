import type { GatewayCode } from './outcome.js';
import type { OperationName } from './operations/operation-name.js';

/** What goes wrong with a call. */
export type FaultEffect =
  | StatusEffect
  | GatewayEffect
  | DelayEffect
  /** The connection breaks: 'before' the service saw the request, or 'after' it carried it out (a lost answer). */
  | { readonly drop: 'before' | 'after' }
  /** Carried out, then answered with 200 and a body that is no JSON. */
  | { readonly garbage: true }
  /** Carried out, then headers and half of the body, then the connection breaks. */
  | { readonly cut: true };

export interface StatusEffect {
  readonly status: number;
  /** Text is sent as it is, anything else as JSON. @default the gateway's documented body for an error status, else none */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The request is carried out and then answered so. @default false; for a 429 on executeJob the switch throttledExecuteStarts */
  readonly handled?: boolean;
}

export interface GatewayEffect {
  /** The gateway refuses the call with this code and the status that belongs to it, e.g. 210 or 230 for a lack of rights. */
  readonly gateway: GatewayCode;
}

export interface DelayEffect {
  /** Ms of the simulator's clock, not divided by `timeScale`: client time limits are not scaled either. */
  readonly delayMs: number;
  /** 'arrival': the request reaches the gateway late, its signature grows old. 'answer': done at once, answered late. @default 'arrival' */
  readonly at?: 'arrival' | 'answer';
  /** What else goes wrong, after the delay of an arrival or in place of the delayed answer. */
  readonly then?: Exclude<FaultEffect, DelayEffect>;
}

/** A fault, and the calls it strikes: those that match `on` and `jobId`, narrowed by the first of calls, times, probability given. */
export interface Fault {
  readonly on: OperationName | '*';
  readonly jobId?: string;
  /** Which of the matching calls, counted from 1 for this fault alone. */
  readonly calls?: readonly number[];
  /** The first so many matching calls. */
  readonly times?: number;
  /** Each matching call by chance, 0..1, drawn from the seed. */
  readonly probability?: number;
  readonly then: FaultEffect;
}

import type { Outcome } from '../outcome.js';
import { problem } from '../outcome.js';
import type { ServiceState } from '../service-state.js';

/** A request that has passed the gateway. */
export interface ServiceCall {
  /** Path parameters, decoded. */
  readonly params: ReadonlyMap<string, string>;
  readonly query: URLSearchParams;
  /** Parsed JSON; undefined without a body. */
  readonly body: unknown;
  readonly now: number;
}

/** Carries a call out on the state. */
export type Operation = (state: ServiceState, call: ServiceCall) => Outcome;

export function notFound(
  kind: 'JOB' | 'JOB_EXECUTION' | 'TRIGGER',
  name: string,
  id: string,
): Outcome {
  return problem(`resource-not-found/${kind}`, `{${name}=${id}}: not found`);
}

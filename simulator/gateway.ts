import { gatewayError, type GatewayOutcome, type Outcome } from './outcome.js';
import { OPERATIONS } from './operations/operation-table.js';
import { queryOf, type Route } from './route.js';
import type { ServiceState } from './service-state.js';
import { signatureRefusal, type KeyPair, type SignedRequest } from './signature-check.js';

export interface GatewayRequest extends SignedRequest {
  readonly body: string;
  readonly route: Route | undefined;
}

/** What the gateway lets through, or why it refuses; `signature` marks a refusal for the report. */
export type Admission =
  | { readonly admitted: true; readonly route: Route; readonly body: unknown }
  | { readonly admitted: false; readonly signature: boolean; readonly outcome: GatewayOutcome };

/** Checks in the gateway's order: path, signature, JSON. */
export function admit(
  request: GatewayRequest,
  keys: KeyPair,
  state: ServiceState,
  now: number,
): Admission {
  const { route } = request;
  if (route === undefined) {
    const details = `URL not found: the simulator has no ${request.method} ${request.url}`;
    return { admitted: false, signature: false, outcome: gatewayError('300', details) };
  }
  const refusal = signatureRefusal(request, keys, state.switches.signatureAgeMs, now);
  if (refusal !== undefined) {
    return { admitted: false, signature: true, outcome: gatewayError('200', refusal) };
  }
  const body = parseBody(request.body);
  if (body === ILL_FORMED) {
    const outcome = gatewayError('100', 'The body is not well-formed JSON.');
    return { admitted: false, signature: false, outcome };
  }
  return { admitted: true, route, body };
}

/** Carries out what the gateway admitted, at this moment. */
export function carryOut(
  state: ServiceState,
  { route, body }: { readonly route: Route; readonly body: unknown },
  url: string,
  now: number,
): Outcome {
  const call = { params: route.params, query: queryOf(url), body, now };
  return OPERATIONS[route.operation].carryOut(state, call);
}

const ILL_FORMED = Symbol('ill-formed');

/** Undefined for an empty body. */
function parseBody(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return ILL_FORMED;
  }
}

import { gatewayError, type GatewayOutcome, type Outcome } from './outcome.js';
import { OPERATIONS } from './operations/operation-table.js';
import { queryOf, type Route } from './route.js';
import type { ServiceState } from './service-state.js';
import { settle } from './settle.js';
import { signatureRefusal, type KeyPair, type SignedRequest } from './signature-check.js';

export interface GatewayRequest extends SignedRequest {
  readonly body: string;
  readonly route: Route | undefined;
}

/** `signature`: the refusal is about the signature, and is counted in the report. */
export type Admission =
  | { readonly admitted: true; readonly route: Route; readonly body: unknown }
  | { readonly admitted: false; readonly signature: boolean; readonly outcome: GatewayOutcome };

/** The gateway's clock, which may differ from the one that dates executions. */
const gatewayTime = ({ switches, timeScale }: ServiceState, now: number): number =>
  now + switches.gatewayAheadMs / timeScale;

/** Time of the `Date` header; null: there is none. */
export function dateOfAnswer(state: ServiceState, now: number): number | null {
  const { dateHeader, strayDates, strayDateMs } = state.switches;
  if (dateHeader === 'absent') return null;
  const isStray = strayDates > 0 && state.random() < strayDates;
  return gatewayTime(state, now) + (isStray ? strayDateMs / state.timeScale : 0);
}

/** Checks in the gateway's order, as far as that is known: path, signature, rate, body. */
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
  const { maxSignatureAgeMs } = state.switches;
  const refusal = signatureRefusal(request, keys, maxSignatureAgeMs, gatewayTime(state, now));
  if (refusal !== undefined) {
    return { admitted: false, signature: true, outcome: gatewayError('200', refusal) };
  }
  if (!admitsRate(state, now)) {
    const details = `more than ${state.switches.callsPerSecond ?? 0} calls within a second`;
    return { admitted: false, signature: false, outcome: gatewayError('410', details) };
  }
  const body = parseBody(request);
  if (body === ILL_FORMED) {
    const outcome = gatewayError(
      '100',
      'The body is not well-formed JSON of type application/json.',
    );
    return { admitted: false, signature: false, outcome };
  }
  return { admitted: true, route, body };
}

export function handle(
  state: ServiceState,
  { route, body }: { readonly route: Route; readonly body: unknown },
  url: string,
  now: number,
): Outcome {
  const call = { params: route.params, query: queryOf(url), body, now };
  settle(state, now);
  const { handle: act } = OPERATIONS[route.operation];
  if (route.operation === 'executeJob' && state.switches.startsArrive === 'twice') act(state, call);
  return act(state, call);
}

/** Counts the call, unless the switch callsPerSecond refuses it. */
function admitsRate(state: ServiceState, now: number): boolean {
  const { callsPerSecond } = state.switches;
  if (callsPerSecond === null) return true;
  const recent = state.admittedAt.filter((at) => at > now - 1_000);
  const isAdmitted = recent.length < callsPerSecond;
  state.admittedAt = isAdmitted ? [...recent, now] : recent;
  return isAdmitted;
}

const ILL_FORMED = Symbol('ill-formed');

/** The content type may be absent, but not another one. */
const JSON_TYPE = /^application\/([\w.-]+\+)?json\s*(;|$)/i;

/** Undefined for an empty body. */
function parseBody({ body: text, headers }: GatewayRequest): unknown {
  if (text.trim() === '') return undefined;
  if (!JSON_TYPE.test(headers['content-type'] ?? 'application/json')) return ILL_FORMED;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return ILL_FORMED;
  }
}

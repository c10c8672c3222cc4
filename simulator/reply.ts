import { GATEWAY_ERRORS, gatewayCodeFor, type GatewayCode, type Outcome } from './outcome.js';
import type { Switches } from './switches.js';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Time of the header `Date`; null: there is none. @default the time of writing */
  readonly dateMs?: number | null;
}

export const dateHeader = ({ dateMs }: Reply, now: number): { readonly date?: string } =>
  dateMs === null ? {} : { date: new Date(dateMs ?? now).toUTCString() };

export interface GatewayErrorBody {
  readonly error: {
    readonly errorCode: GatewayCode;
    readonly message: string;
    readonly details: string;
  };
}

/** Body of a gateway error, e.g. for a fault: `{ status: 429, body: gatewayErrorBody('400') }`. */
export function gatewayErrorBody(code: GatewayCode, details?: string): GatewayErrorBody {
  const { message } = GATEWAY_ERRORS[code];
  return { error: { errorCode: code, message, details: details ?? message } };
}

export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly errorType: string;
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  404: 'Not Found',
  500: 'Internal Server Error',
};

/** Body of a service error, e.g. for a fault: `{ status: 400, body: problemBody('client-request-failed') }`. */
export function problemBody(errorType: string, detail = errorType, path = '/jobs'): ProblemBody {
  const status = problemStatus(errorType);
  const title = TITLES[status] ?? 'Error';
  const instance = `/dataflow/api${path}`;
  return { type: 'about:blank', title, status, detail, instance, errorType };
}

function problemStatus(errorType: string): number {
  if (errorType.startsWith('resource-not-found')) return 404;
  return errorType.startsWith('unknown-resource-action') ? 500 : 400;
}

/** @param path below /api/v1 */
export function toReply(
  outcome: Outcome,
  errorBodies: Switches['errorBodies'],
  path: string,
): Reply {
  if (outcome.kind === 'ok') return jsonReply(outcome.status ?? 200, outcome.body);
  if (outcome.kind === 'gateway') return gatewayReply(outcome.code, outcome.details);
  const body = problemBody(outcome.errorType, outcome.detail, path);
  return errorBodies === 'both'
    ? jsonReply(body.status, body, 'application/problem+json')
    : gatewayReply(gatewayCodeFor(body.status), `${outcome.errorType}: ${outcome.detail}`);
}

export function gatewayReply(code: GatewayCode, details: string): Reply {
  return jsonReply(GATEWAY_ERRORS[code].status, gatewayErrorBody(code, details));
}

export function jsonReply(status: number, body: unknown, contentType = 'application/json'): Reply {
  const text = JSON.stringify(body) as string | undefined;
  return { status, headers: { 'content-type': contentType }, text: text ?? '' };
}

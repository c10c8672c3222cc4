/** An error of the gateway. */
export interface GatewayOutcome {
  readonly kind: 'gateway';
  readonly code: GatewayCode;
  readonly details: string;
}

/** An error of Data Flow itself. */
export interface ProblemOutcome {
  readonly kind: 'problem';
  readonly errorType: string;
  readonly detail: string;
}

/** Result of a request, before it is written as a body. */
export type Outcome =
  | { readonly kind: 'ok'; readonly body: unknown; /** @default 200 */ readonly status?: number }
  | GatewayOutcome
  | ProblemOutcome;

/** The documented codes of the gateway. */
export const GATEWAY_ERRORS = {
  '100': { status: 400, message: 'Bad Request Exception' },
  '200': { status: 401, message: 'Authentication Failed' },
  '210': { status: 401, message: 'Permission Denied' },
  '230': { status: 403, message: 'Forbidden' },
  '300': { status: 404, message: 'Not Found Exception' },
  '400': { status: 429, message: 'Quota Exceeded' },
  '410': { status: 429, message: 'Throttle Limited' },
  '420': { status: 429, message: 'Rate Limited' },
  '430': { status: 413, message: 'Request Entity Too Large' },
  '500': { status: 503, message: 'Endpoint Error' },
  '510': { status: 504, message: 'Endpoint Timeout' },
  '900': { status: 500, message: 'Unexpected Error' },
} as const satisfies Record<string, { status: number; message: string }>;

export type GatewayCode = keyof typeof GATEWAY_ERRORS;

export const GATEWAY_CODES = Object.keys(GATEWAY_ERRORS) as GatewayCode[];

/** Code of a fault that names only a status. If several codes fit, the likeliest. */
const CODE_BY_STATUS: Readonly<Record<number, GatewayCode>> = {
  400: '100',
  401: '200',
  403: '230',
  404: '300',
  413: '430',
  429: '410',
  500: '900',
  503: '500',
  504: '510',
};

export function gatewayCodeFor(status: number): GatewayCode {
  return CODE_BY_STATUS[status] ?? '900';
}

export function ok(body: unknown, status?: number): Outcome {
  return { kind: 'ok', body, ...(status !== undefined && { status }) };
}

export function gatewayError(code: GatewayCode, details: string): GatewayOutcome {
  return { kind: 'gateway', code, details };
}

export function problem(errorType: string, detail: string): ProblemOutcome {
  return { kind: 'problem', errorType, detail };
}

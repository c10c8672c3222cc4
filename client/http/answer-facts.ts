import { MAX_RETRY_AFTER_MS } from '../../contract/timings.js';
import type { OperationName } from '../../contract/operations.js';
import { cleanText } from '../clean-text.js';
import { readErrorBody, type ErrorBody } from './error-body.js';
import type { Head } from './send.js';
import { readJsonBody } from './json-body.js';

/** Facts that every error of one call needs. */
export interface CallSite {
  readonly call: OperationName;
  /** Method and path without query. */
  readonly request: string;
  readonly timeoutMs: number;
  /** Keys and signature: removed from every foreign text. */
  readonly secrets: readonly string[];
  readonly wallMs: number;
}

/** Headers in which gateways send the id of a request. None is documented for this service. */
const REQUEST_ID_HEADERS = [
  'x-ncp-trace-id',
  'x-ncp-request-id',
  'x-request-id',
  'x-amzn-requestid',
  'x-correlation-id',
] as const;

const CODE_LENGTH = 80;
export const TITLE_LENGTH = 120;
const DETAIL_LENGTH = 400;

export function factsOfHead({ secrets, wallMs }: CallSite, { status, headers }: Head) {
  const requestId = REQUEST_ID_HEADERS.map((name) => headers[name]).find(Boolean);
  const nowMs = httpDateMs(headers['date']) ?? wallMs;
  const waitMs = retryAfterMs(headers['retry-after'], nowMs);
  return {
    status,
    ...(requestId !== undefined && { requestId: cleanText(requestId, secrets, CODE_LENGTH) }),
    ...(waitMs !== undefined && { retryAfterMs: waitMs }),
  };
}

export function factsOfBody({ secrets }: CallSite, body: ErrorBody | undefined): ErrorBody {
  const { errorType, errorCode, title, detail } = body ?? {};
  const clean = (text: string, max: number) => cleanText(text, secrets, max);
  return {
    ...(errorType !== undefined && { errorType: clean(errorType, CODE_LENGTH) }),
    ...(errorCode !== undefined && { errorCode: clean(errorCode, CODE_LENGTH) }),
    ...(title !== undefined && { title: clean(title, TITLE_LENGTH) }),
    ...(detail !== undefined && { detail: clean(detail, DETAIL_LENGTH) }),
  };
}

export const codesOf = ({ errorType, errorCode }: ErrorBody = {}) => ({
  ...(errorType !== undefined && { errorType }),
  ...(errorCode !== undefined && { errorCode }),
});

export function errorBodyOf(body: string): ErrorBody | undefined {
  try {
    return readErrorBody(readJsonBody(body));
  } catch {
    return undefined;
  }
}

/** Whether the headers tell where the body ends. Otherwise a truncated body looks complete. */
export const isFramed = ({ status, headers }: Head): boolean =>
  status === 204 ||
  headers['content-length'] !== undefined ||
  headers['transfer-encoding'] !== undefined;

/** IMF-fixdate, the form that servers write. Date.parse alone accepts `1.5` as a date. */
const FIXDATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Epoch ms of an HTTP date; `undefined` for another text. */
export function httpDateMs(value: string | undefined): number | undefined {
  if (value === undefined || !FIXDATE.test(value)) return undefined;
  const ms = Date.parse(value);
  return Number.isFinite(ms) ? ms : undefined;
}

/**
 * Milliseconds (0 to {@link MAX_RETRY_AFTER_MS}) of a `Retry-After` value; `undefined` if it is neither seconds nor a
 * date.
 */
export function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim() ?? '';
  const dateMs = httpDateMs(text);
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1_000 : (dateMs ?? NaN) - nowMs;
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(0, waitMs), MAX_RETRY_AFTER_MS);
}

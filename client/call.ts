import {
  OPERATIONS,
  type OperationInput,
  type OperationName,
  type OperationOutput,
} from '../contract/operations.js';
import { attempt, type Attempt, type Call, type Connection } from './attempt.js';
import { failureOfRefusal, failureOfSilence, failureOfUnreadable } from './call-failure.js';
import type { Answer, ExecuteOptions } from './client.js';
import { ENDPOINTS } from './endpoints.js';
import { readErrorBody } from './error-body.js';
import type { Outcome } from './exchange.js';
import { httpDateMs } from './http-date.js';
import { readJson } from './json-body.js';
import { createLifeline } from './lifeline.js';
import { toRequest } from './request.js';
import { Unreadable } from './unreadable.js';

/**
 * One call: checked, signed, sent, read. Nothing is repeated but a refused signature, once, where repeating is
 * harmless: a submit that thaws after its permit must stay refused (design §6, rule 2).
 * @throws DataFlowInvalidInputError, DataFlowCallError
 */
export async function callService<Name extends OperationName>(
  connection: Connection,
  name: Name,
  input: OperationInput<Name>,
  options: ExecuteOptions,
): Promise<Answer<OperationOutput<Name>>> {
  const request = toRequest(name, input, options);
  const { settings, closing } = connection;
  const timeoutMs = options.timeoutMs ?? settings.callTimeoutMs;
  const lifeline = createLifeline({ caller: options.signal, closing, timeoutMs });
  const site = {
    call: name,
    request: `${request.method} ${request.path}`,
    timeoutMs,
    secrets: [],
    wallMs: settings.clock.wallMs(),
  };
  const call: Call = { connection, name, request, options, lifeline, site };
  try {
    const first = await attempt(call, false);
    // A date that the caller chose would be refused again.
    const mayRepeat = OPERATIONS[name].idempotent && options.signedAtMs === undefined;
    const again = mayRepeat && isSignatureRefused(first.outcome);
    return readAnswer(name, input, again ? await attempt(call, true) : first);
  } finally {
    lifeline.release();
  }
}

/** 401 with gateway code 200 or without any code: keys or clock, not rights (NOTES §5.9). */
function isSignatureRefused(outcome: Outcome): boolean {
  if (outcome.kind !== 'whole' || outcome.head.status !== 401) return false;
  try {
    const { errorType, errorCode } = readErrorBody(readJson(outcome.body)) ?? {};
    return errorType === undefined && (errorCode === undefined || errorCode === '200');
  } catch {
    return true;
  }
}

function readAnswer<Name extends OperationName>(
  name: Name,
  input: OperationInput<Name>,
  { outcome, site }: Attempt,
): Answer<OperationOutput<Name>> {
  if (outcome.kind !== 'whole') throw failureOfSilence(site, outcome);
  const { head, body } = outcome;
  if (head.status >= 300) throw failureOfRefusal(site, head, body);
  try {
    const output = ENDPOINTS[name].decode(readJson(body), input);
    return { output, dateMs: httpDateMs(head.headers['date']) };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    throw failureOfUnreadable(site, head, error.message, body);
  }
}

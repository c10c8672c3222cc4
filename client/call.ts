import type { OperationInput, OperationName, OperationOutput } from '../contract/operations.js';
import { errorBodyOf } from './answer-facts.js';
import { attempt, type Attempt, type Call, type Connection } from './attempt.js';
import { failureOfRefusal, failureOfSilence, failureOfUnreadable } from './call-failure.js';
import type { Answer, ExecuteOptions } from './client.js';
import { ENDPOINTS } from './endpoints.js';
import type { Outcome } from './exchange.js';
import { httpDateMs } from './http-date.js';
import { readJson } from './json-body.js';
import { createLifeline } from './lifeline.js';
import { toRequest } from './request.js';
import { Unreadable } from './unreadable.js';

/**
 * One call: checked, signed, sent, read. Nothing is repeated but a refused signature, once, where repeating is
 * harmless, and a path that the gateway does not know where the documentation and the service disagree about it.
 * @throws DataFlowInvalidInputError, DataFlowCallError
 */
export async function callService<Name extends OperationName>(
  connection: Connection,
  name: Name,
  input: OperationInput<Name>,
  options: ExecuteOptions,
): Promise<Answer<OperationOutput<Name>>> {
  const onOtherPath = connection.onOtherPath.has(name);
  const request = toRequest(name, input, options, onOtherPath);
  const { settings, closing } = connection;
  const timeoutMs = options.timeoutMs ?? settings.callTimeoutMs;
  const lifeline = createLifeline({ caller: options.signal, closing, timeoutMs });
  const call: Call = {
    connection,
    name,
    request,
    options,
    lifeline,
    site: {
      call: name,
      request: `${request.method} ${request.path}`,
      timeoutMs,
      secrets: [],
      wallMs: settings.clock.wallMs(),
    },
  };
  try {
    const answered = await signed(call);
    if (ENDPOINTS[name].otherPath === undefined || !isPathUnknown(answered.outcome))
      return readAnswer(name, input, answered);
    const other = await signed({ ...call, request: toRequest(name, input, options, !onOtherPath) });
    // Neither path known: the error tells of the documented one first asked for.
    if (isPathUnknown(other.outcome)) return readAnswer(name, input, answered);
    if (onOtherPath) connection.onOtherPath.delete(name);
    else connection.onOtherPath.add(name);
    return readAnswer(name, input, other);
  } finally {
    lifeline.release();
  }
}

/** A start that thaws after its permit must stay refused (design §6, rule 2). */
const NEVER_SIGNED_ANEW: readonly OperationName[] = ['executeJob', 'executeWorkflow'];

async function signed(call: Call): Promise<Attempt> {
  const { name, options } = call;
  const first = await attempt(call, false);
  // A date that the caller chose would be refused again.
  const mayRepeat = !NEVER_SIGNED_ANEW.includes(name) && options.signedAtMs === undefined;
  return mayRepeat && isSignatureRefused(first.outcome) ? attempt(call, true) : first;
}

/** The gateway has no such path, whatever is under it. */
const isPathUnknown = (outcome: Outcome): boolean =>
  outcome.kind === 'whole' &&
  outcome.head.status === 404 &&
  errorBodyOf(outcome.body)?.errorCode === '300';

/** 401 with gateway code 200 or without any code: keys or clock, not rights (NOTES §5.9). */
function isSignatureRefused(outcome: Outcome): boolean {
  if (outcome.kind !== 'whole' || outcome.head.status !== 401) return false;
  const { errorType, errorCode } = errorBodyOf(outcome.body) ?? {};
  return errorType === undefined && (errorCode === undefined || errorCode === '200');
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

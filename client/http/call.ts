import type { OperationInput, OperationName, OperationOutput } from '../../contract/operations.js';
import { errorBodyOf, httpDateMs } from './answer-facts.js';
import { attempt, attemptAnew, type Attempt, type Call, type Connection } from './attempt.js';
import { errorResponse, noResponseError, decodeError } from './call-errors.js';
import type { Answer, AnyCallOptions } from '../client.js';
import { ENDPOINTS } from '../operations/endpoints.js';
import type { Outcome } from './send.js';
import { seenRequest } from './seen-request.js';
import { readJsonBody } from './json-body.js';
import { createDeadline } from './deadline.js';
import { toRequest } from './request.js';
import { Unreadable } from '../operations/decode.js';

/**
 * * Makes one call: checks the input, signs, sends, decodes. A second request is made in two cases, in which the
 * first one * had no effect. After a refused signature (401) the call is signed once more, with other keys or another
 * clock; a start * is not. Where the gateway does not know the path of an operation that has two, the other path is
 * tried. * @throws DataFlowInvalidInputError, DataFlowCallError
 */
export async function callService<Name extends OperationName>(
  connection: Connection,
  name: Name,
  input: OperationInput<Name>,
  options: AnyCallOptions,
): Promise<Answer<OperationOutput<Name>>> {
  const onOtherPath = connection.onOtherPath.has(name);
  const request = toRequest(name, input, options, onOtherPath);
  const { settings, closing } = connection;
  const timeoutMs = options.timeoutMs ?? settings.callTimeoutMs;
  const deadline = createDeadline({ caller: options.signal, closing, timeoutMs });
  const call: Call & { readonly name: Name } = {
    connection,
    name,
    request,
    options,
    deadline,
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
      return readAnswer(call, input, answered);
    const other = { ...call, request: toRequest(name, input, options, !onOtherPath) };
    return readAnswer(call, input, await onThePathKnown(other, answered, !onOtherPath));
  } finally {
    deadline.release();
  }
}

/**
 * Tries the second path, and remembers the one that the gateway knows. If it knows neither, the first answer is
 * returned.
 */
async function onThePathKnown(call: Call, first: Attempt, isOtherPath: boolean): Promise<Attempt> {
  const { name, connection } = call;
  if (!(await mayRepeat(call))) return first;
  const second = await signed(call);
  if (isPathUnknown(second.outcome)) {
    reportRefused(call, second);
    return first;
  }
  reportRefused(call, first);
  if (isOtherPath) connection.onOtherPath.add(name);
  else connection.onOtherPath.delete(name);
  return second;
}

/** A POST that a frozen process sends after its permit must stay refused (docs/submit-protocol.md, rule 2). */
const NEVER_SIGNED_ANEW: readonly OperationName[] = ['executeJob', 'executeWorkflow'];

async function signed(call: Call): Promise<Attempt> {
  const { name, options } = call;
  const first = await attempt(call);
  // The gateway would refuse a date that the caller chose once more.
  const isRepeatable = !NEVER_SIGNED_ANEW.includes(name) && options.signedAtMs === undefined;
  if (!isRepeatable || first.signedWith === undefined || !isSignatureRefused(first.outcome))
    return first;
  const second = await attemptAnew(call, first.signedWith, () => mayRepeat(call));
  if (second !== undefined) reportRefused(call, first);
  return second ?? first;
}

/** Waits until a further request may be made. False: the call ended before that. */
async function mayRepeat({ connection, deadline }: Call): Promise<boolean> {
  try {
    await connection.settings.beforeRepeat?.(deadline.signal);
    return !deadline.signal.aborted;
  } catch {
    return false;
  }
}

/** Reports an attempt that is followed by another one, because nothing else reads its answer. */
function reportRefused(call: Call, refused: Attempt): void {
  const { outcome, site } = refused;
  if (outcome.kind !== 'whole') return;
  report(call, refused, errorResponse(site, outcome.head, outcome.body));
}

function report(
  { name, connection: { settings } }: Call,
  attempted: Attempt,
  error?: unknown,
): void {
  try {
    settings.onRequest?.(seenRequest(name, attempted, error));
  } catch {
    // An observer's error must not fail the call: the answer may hold a new execution id.
  }
}

/** The gateway does not know the path (code 300). A 404 of the service is about the id. */
const isPathUnknown = (outcome: Outcome): boolean =>
  outcome.kind === 'whole' &&
  outcome.head.status === 404 &&
  errorBodyOf(outcome.body)?.errorCode === '300';

/** A 401 with gateway code 200 or without any code is about keys or clock, not about rights (NOTES §5.9). */
function isSignatureRefused(outcome: Outcome): boolean {
  if (outcome.kind !== 'whole' || outcome.head.status !== 401) return false;
  const { errorType, errorCode } = errorBodyOf(outcome.body) ?? {};
  return errorType === undefined && (errorCode === undefined || errorCode === '200');
}

function readAnswer<Name extends OperationName>(
  call: Call & { readonly name: Name },
  input: OperationInput<Name>,
  attempted: Attempt,
): Answer<OperationOutput<Name>> {
  try {
    const answer = toAnswer(call.name, input, attempted, call.options);
    report(call, attempted);
    return answer;
  } catch (error) {
    report(call, attempted, error);
    throw error;
  }
}

function toAnswer<Name extends OperationName>(
  name: Name,
  input: OperationInput<Name>,
  { outcome, site }: Attempt,
  options: AnyCallOptions,
): Answer<OperationOutput<Name>> {
  if (outcome.kind !== 'whole') throw noResponseError(site, outcome);
  const { head, body } = outcome;
  if (head.status >= 300) throw errorResponse(site, head, body);
  try {
    const output = ENDPOINTS[name].decode(readJsonBody(body), input, options);
    return { output, dateMs: httpDateMs(head.headers['date']) };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    throw decodeError(site, head, error.message, body);
  }
}

import type { Dispatcher } from 'undici';
import { OPERATIONS, type OperationName } from '../../contract/operations.js';
import { type CallSite, httpDateMs } from './answer-facts.js';
import { failureOfPreparation } from './call-errors.js';
import type { AnyCallOptions } from '../client.js';
import { instantOf, type MeasuredClock, type SigningClock } from './service-clock.js';
import { NoCredentials, readCredentials } from '../credentials/credentials.js';
import { send, type Head, type Outcome } from './send.js';
import type { EndReason, Deadline } from './deadline.js';
import type { Settings } from '../settings.js';
import type { PlainRequest } from './request.js';
import { signedHeaders, type Credentials } from './signature.js';

/** What the calls of one client share. */
export interface Connection {
  readonly settings: Settings;
  readonly dispatcher: Dispatcher;
  readonly clock: MeasuredClock;
  /** Operations whose `otherPath` is used, because the gateway did not know `path`. */
  readonly onOtherPath: Set<OperationName>;
  readonly closing: AbortSignal;
}

/** One call under way. */
export interface Call {
  readonly connection: Connection;
  readonly name: OperationName;
  readonly request: PlainRequest;
  readonly options: AnyCallOptions;
  readonly deadline: Deadline;
  readonly site: CallSite;
}

interface SignedWith {
  readonly keys: Credentials;
  readonly clock: SigningClock;
}

export interface Attempt {
  /** Undefined: the call ended before the signature was made. */
  readonly signedWith: SignedWith | undefined;
  readonly outcome: Outcome;
  /** From the time at which the request could be sent to the end of its answer. */
  readonly tookMs: number;
  readonly site: CallSite;
}

/** Signs with the present keys and clock, and sends once. */
export async function attempt(call: Call): Promise<Attempt> {
  const keys = await keysFor(call, false);
  if (keys === undefined) return endedUnsent(call);
  return await makeAttempt(call, { keys, clock: call.connection.clock.accepted() });
}

/**
 * Signs anew after a refused signature, and sends once: with new keys if there are any, otherwise by the other clock
 * if the two clocks differ. `undefined` if neither differs: the signature would be refused again. `mayRepeat` waits
 * for the rate limiter, so it is called only if a request is to be made.
 */
export async function attemptAnew(
  call: Call,
  refused: SignedWith,
  mayRepeat: () => Promise<boolean>,
): Promise<Attempt | undefined> {
  const keys = await keysFor(call, true);
  if (keys === undefined) return endedUnsent(call);
  const isOther =
    keys.accessKey !== refused.keys.accessKey || keys.secretKey !== refused.keys.secretKey;
  const otherClock = refused.clock === 'own' ? 'learned' : 'own';
  if (!isOther && !call.connection.clock.isDisputed()) return undefined;
  if (!(await mayRepeat())) return undefined;
  if (isOther) return await makeAttempt(call, { keys, clock: call.connection.clock.accepted() });
  const anew = await makeAttempt(call, { keys, clock: otherClock });
  if (isGood(anew.outcome)) call.connection.clock.accept(otherClock, 'the other was refused');
  return anew;
}

const isGood = (outcome: Outcome): boolean => outcome.kind === 'whole' && outcome.head.status < 300;

function endedUnsent({ deadline, site }: Call): Attempt {
  const why = { reason: deadline.signal.reason as EndReason, text: '' };
  return {
    outcome: { kind: 'none', sent: 'no', why },
    tookMs: 0,
    site,
    signedWith: undefined,
  };
}

async function makeAttempt(call: Call, signedWith: SignedWith): Promise<Attempt> {
  const { connection, request, deadline } = call;
  const { settings, dispatcher, clock } = connection;
  const { keys } = signedWith;
  const path = request.path + request.query;
  const timestampMs = timestampOf(call, signedWith.clock);
  const signed = signedHeaders({ method: request.method, path, timestampMs }, keys);
  const beginMs = settings.clock.monotonicMs();
  const outcome = await send(dispatcher, {
    origin: settings.origin,
    method: request.method,
    path,
    headers: { ...PLAIN_HEADERS, ...(request.body !== undefined && JSON_BODY), ...signed },
    body: request.body,
    maxAnswerBytes: settings.maxAnswerBytes,
    end: deadline.signal,
    onLeaving: () => onLeaving(call),
    now: () => instantOf(settings.clock),
  });
  if (outcome.kind !== 'none') measure(clock, outcome.head);
  if (isGood(outcome)) clock.accept(signedWith.clock);
  const secrets = [keys.accessKey, keys.secretKey, signed['x-ncp-apigw-signature-v2']];
  const tookMs = Math.max(0, settings.clock.monotonicMs() - beginMs);
  return { outcome, tookMs, site: { ...call.site, secrets }, signedWith };
}

/**
 * A date that the caller chose is by the learned clock. For the own clock it is moved by the difference of the two.
 */
function timestampOf({ connection: { clock }, options }: Call, by: SigningClock): number {
  const { signedAtMs } = options;
  if (signedAtMs === undefined) return clock.signingMs(by);
  return Math.round(signedAtMs + clock.signingMs(by) - clock.signingMs('learned'));
}

const PLAIN_HEADERS = {
  accept: 'application/json',
  // undici does not decompress bodies, and the size limit counts the bytes that are read
  'accept-encoding': 'identity',
  'user-agent': 'temporal-ncloud-dataflow',
} as const;
const JSON_BODY = { 'content-type': 'application/json' } as const;

/** Called just before the bytes leave. `expired` stops a request that is too late. */
function onLeaving({ connection, name, options, deadline }: Call): 'expired' | undefined {
  const { notAfterMs, mayLeave, onSent } = options;
  if (notAfterMs !== undefined && connection.clock.latestMs() >= notAfterMs) return 'expired';
  if (mayLeave?.() === false) return 'expired';
  // The answer to a request that is not idempotent is awaited, also if the caller aborts from now on.
  if (!OPERATIONS[name].idempotent) deadline.detachFromCaller();
  onSent?.();
  return undefined;
}

/** `undefined`: the call ended while the keys were fetched. */
async function keysFor(call: Call, refused: boolean): Promise<Credentials | undefined> {
  const { signal } = call.deadline;
  if (signal.aborted) return undefined;
  const ended = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve(undefined);
    });
  });
  try {
    const keys = readCredentials(call.connection.settings.credentials, { refused });
    return await Promise.race([keys, ended]);
  } catch (error) {
    if (!(error instanceof NoCredentials)) throw error;
    throw failureOfPreparation(call.site, error.failure, error.message);
  }
}

/** An answer with an Age is a copy from a cache: its old date does not show the clock. */
function measure(clock: MeasuredClock, { headers, sent, received }: Head): void {
  const dateMs = httpDateMs(headers['date']);
  if (dateMs !== undefined && Number(headers['age'] ?? 0) === 0)
    clock.observe({ sent, received, dateMs });
}

import type { Dispatcher } from 'undici';
import { OPERATIONS, type OperationName } from '../../contract/operations.js';
import { type CallSite, httpDateMs } from './answer-facts.js';
import { failureOfPreparation } from './call-errors.js';
import type { AnyCallOptions } from '../client.js';
import { instantOf, type MeasuredClock, type SigningClock } from './service-clock.js';
import { NoCredentials, readCredentials } from '../credentials/credentials.js';
import { send, type Head, type Outcome } from './send.js';
import type { EndReason, Deadline } from './deadline.js';
import type { Settings } from '../options.js';
import type { PlainRequest } from './request.js';
import { signedHeaders, type Credentials } from './signature.js';

/** What the calls of one client share. */
export interface Connection {
  readonly settings: Settings;
  readonly dispatcher: Dispatcher;
  readonly clock: MeasuredClock;
  /** Operations whose other path has answered where the first one did not. */
  readonly onOtherPath: Set<OperationName>;
  /** Aborts when the client is closed. */
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

/** What a signature was made of, apart from the request. */
interface SignedWith {
  readonly keys: Credentials;
  readonly clock: SigningClock;
}

/** What came of one attempt, with the texts that no error about it may show. */
export interface Attempt {
  /** Undefined: the call ended before it was signed. */
  readonly signedWith: SignedWith | undefined;
  readonly outcome: Outcome;
  /** From the moment it could be sent to the end of its answer. */
  readonly tookMs: number;
  readonly site: CallSite;
}

/** Signs with the clock and keys of this moment, and sends once. */
export async function attempt(call: Call): Promise<Attempt> {
  const keys = await keysFor(call, false);
  if (keys === undefined) return endedUnsent(call);
  return await makeAttempt(call, { keys, clock: call.connection.clock.accepted() });
}

/**
 * Signs anew after a refused signature, and sends once; `undefined` where that would be the same again. With new keys
 * where there are any; else by the other clock, where the two are apart. `mayRepeat` is asked only for a request that
 * would differ: it waits for a place in the budget.
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

/** A date that the caller chose is one of the learned clock: by the own clock it is as old. */
function timestampOf({ connection: { clock }, options }: Call, by: SigningClock): number {
  const { signedAtMs } = options;
  if (signedAtMs === undefined) return clock.signingMs(by);
  return Math.round(signedAtMs + clock.signingMs(by) - clock.signingMs('learned'));
}

const PLAIN_HEADERS = {
  accept: 'application/json',
  // undici does not unpack bodies by itself, and the size limit counts what is read
  'accept-encoding': 'identity',
  'user-agent': 'temporal-ncloud-dataflow',
} as const;
const JSON_BODY = { 'content-type': 'application/json' } as const;

/** Called just before the bytes leave: stops a request that must not be sent late. */
function onLeaving({ connection, name, options, deadline }: Call): 'expired' | undefined {
  const { notAfterMs, mayLeave, onSent } = options;
  if (notAfterMs !== undefined && connection.clock.latestMs() >= notAfterMs) return 'expired';
  if (mayLeave?.() === false) return 'expired';
  // An answer to a request that cannot be repeated is waited for, whatever the caller wants from now on.
  if (!OPERATIONS[name].idempotent) deadline.detachFromCaller();
  onSent?.();
  return undefined;
}

/** The keys, or `undefined` when the call ended while they were fetched. */
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

/** A copy from a cache has an old date, which says nothing about the clock. */
function measure(clock: MeasuredClock, { headers, sent, received }: Head): void {
  const dateMs = httpDateMs(headers['date']);
  if (dateMs !== undefined && Number(headers['age'] ?? 0) === 0)
    clock.observe({ sent, received, dateMs });
}

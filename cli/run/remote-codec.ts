import type { Payload, PayloadCodec } from '@temporalio/common';
import { request } from 'undici';
import { cleanText } from '../../client/clean-text.js';
import { createDispatcher } from '../../client/http/dispatcher.js';
import { CommandFailed } from '../command-failed.js';

const LIMIT_MS = 10_000;
const MAX_SAID = 200;

export interface RemoteCodecOptions {
  /** Base URL; `/encode` and `/decode` are below it. */
  readonly endpoint: string;
  /** Value of the Authorization header. */
  readonly auth?: string;
  readonly namespace: string;
}

/** Payloads as JSON of the protocol of codec servers: bytes are base64. */
interface JsonPayloads {
  readonly payloads: readonly {
    readonly metadata?: Readonly<Record<string, string>>;
    readonly data?: string;
  }[];
}

/** A codec that calls a codec server, as Temporal's own tools do. */
export function createRemoteCodec(options: RemoteCodecOptions): PayloadCodec {
  const dispatcher = createDispatcher({
    origin: new URL(options.endpoint).origin,
    connectTimeoutMs: LIMIT_MS,
    ca: undefined,
  });
  const call = async (what: 'encode' | 'decode', payloads: Payload[]): Promise<Payload[]> => {
    if (payloads.length === 0) return [];
    const at = `${options.endpoint.replace(/\/+$/, '')}/${what}`;
    const { auth, namespace } = options;
    try {
      const { statusCode, body } = await request(at, {
        ...{ dispatcher, method: 'POST', body: JSON.stringify(toJson(payloads)) },
        headers: {
          'content-type': 'application/json',
          'x-namespace': namespace,
          ...(auth !== undefined && { authorization: auth }),
        },
        signal: AbortSignal.timeout(LIMIT_MS),
      });
      const text = await body.text();
      if (statusCode !== 200) throw refusal(what, options, statusCode, text);
      return fromJson(text, payloads.length, options);
    } catch (error) {
      if (error instanceof CommandFailed) throw error;
      const reason = error instanceof Error ? error.message || error.name : String(error);
      throw new CommandFailed(
        'unreachable',
        `the codec server at ${options.endpoint} cannot be reached (${clean(reason, options)}): check --codec-endpoint (TEMPORAL_CODEC_ENDPOINT)`,
      );
    }
  };
  return {
    encode: (payloads) => call('encode', payloads),
    decode: (payloads) => call('decode', payloads),
  };
}

const clean = (text: string, { auth }: RemoteCodecOptions): string =>
  cleanText(text, auth === undefined ? [] : [auth], MAX_SAID);

function refusal(
  what: string,
  options: RemoteCodecOptions,
  status: number,
  text: string,
): CommandFailed {
  const isRefused = status === 401 || status === 403;
  const remedy = isRefused
    ? 'check --codec-auth (TEMPORAL_CODEC_AUTH)'
    : 'check --codec-endpoint (TEMPORAL_CODEC_ENDPOINT) and the keys of the codec server';
  return new CommandFailed(
    isRefused ? 'unauthorised' : 'unexpected',
    `the codec server at ${options.endpoint} answered ${what} with ${status}: ${clean(text, options)}: ${remedy}`,
  );
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

const toJson = (payloads: readonly Payload[]): JsonPayloads => ({
  payloads: payloads.map(({ metadata, data }) => ({
    metadata: Object.fromEntries(
      Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)]),
    ),
    ...(data && { data: base64(data) }),
  })),
});

function fromJson(text: string, count: number, options: RemoteCodecOptions): Payload[] {
  try {
    const { payloads } = JSON.parse(text) as JsonPayloads;
    if (payloads.length !== count) throw new Error(`${payloads.length} payloads for ${count}`);
    return payloads.map(({ metadata = {}, data = '' }) => ({
      metadata: Object.fromEntries(
        Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')]),
      ),
      data: Buffer.from(data, 'base64'),
    }));
  } catch (error) {
    throw new CommandFailed(
      'unexpected',
      `the codec server at ${options.endpoint} answered without payloads (${clean((error as Error).message, options)}): check --codec-endpoint`,
    );
  }
}

import type { Payload, PayloadCodec } from '@temporalio/common';
import { cleanText } from '../../client/clean-text.js';
import { CommandFailed } from '../command-failed.js';

/** Encodings of Temporal's own payload converters; a payload with another encoding went through a codec. */
const PLAIN_ENCODINGS: readonly string[] = [
  'binary/null',
  'binary/plain',
  'json/plain',
  'json/protobuf',
  'binary/protobuf',
];
const MAX_NAME = 60;

/** The encoding of a payload that went through a codec; undefined for any other payload. */
export function encodingIn({ metadata }: Payload): string | undefined {
  const encoding = Buffer.from(metadata?.['encoding'] ?? []).toString();
  return PLAIN_ENCODINGS.includes(encoding) ? undefined : encoding;
}

/** Payloads cannot be decoded; therefore nothing was sent. */
export class EncodedPayloads extends CommandFailed {
  constructor(encoding: string, hasCodec: boolean) {
    const name = cleanText(encoding, [], MAX_NAME) || 'no encoding';
    super(
      'invalid',
      hasCodec
        ? `the payloads of this workflow are encoded (${name}), and the given codec does not decode them: check --codec-endpoint or --data-converter`
        : `the payloads of this workflow are encoded (${name}): name the codec with --codec-endpoint <url> (and --codec-auth), TEMPORAL_CODEC_ENDPOINT, or --data-converter <module>`,
    );
  }
}

/** Rejects payloads that are still encoded, before the payload converter would call their encoding unknown. */
export const refuseEncoded = (hasCodec: boolean): PayloadCodec => ({
  encode: (payloads) => Promise.resolve(payloads),
  decode: (payloads) => {
    const encoding = payloads.map(encodingIn).find((name) => name !== undefined);
    return encoding === undefined
      ? Promise.resolve(payloads)
      : Promise.reject(new EncodedPayloads(encoding, hasCodec));
  },
});

/** Replaces encoded payloads by null, for commands that show no payloads. */
export const dropEncoded: PayloadCodec = {
  encode: (payloads) => Promise.resolve(payloads),
  decode: (payloads) =>
    Promise.resolve(
      payloads.map((payload) =>
        encodingIn(payload) === undefined
          ? payload
          : { metadata: { encoding: Buffer.from('binary/null') } },
      ),
    ),
};

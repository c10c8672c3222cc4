import { deflateSync, inflateSync, strFromU8, strToU8 } from 'fflate/browser';
import type { Packed } from '../contract/pipeline-run.js';

/**
 * Limit of the packed state that a run hands over at continue-as-new, in bytes. The server ends a workflow whose input
 * is larger than 2 MB, with headers, and a codec may add a third.
 */
export const MAX_STATE_BYTES = 1_000_000;
/** JSON up to this length is stored uncompressed, so that a person can read it. */
const MAX_PLAIN_CHARACTERS = 64 * 1_024;
/** Longer JSON is not compressed: that would block the workflow task for a second. */
const MAX_JSON_CHARACTERS = 12_000_000;
const LEVEL = 3;

/** A value that exceeds a limit even when it is packed. The message is a part of a sentence. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

/** Compresses a large value to text; returns a small one unchanged. @throws TooLarge above `most` bytes */
export function pack<Value extends object>(value: Value, most = MAX_STATE_BYTES): Value | Packed {
  const text = JSON.stringify(value);
  if (text.length <= Math.min(MAX_PLAIN_CHARACTERS, most / 3)) return value;
  if (text.length > MAX_JSON_CHARACTERS)
    throw new TooLarge(
      `takes ${inMegabytes(text.length)} of JSON, at most ${inMegabytes(MAX_JSON_CHARACTERS)}`,
    );
  const packed = toBase64(deflateSync(strToU8(text), { level: LEVEL }));
  if (packed.length > most)
    throw new TooLarge(
      `takes ${inMegabytes(packed.length)} compressed, at most ${inMegabytes(most)}`,
    );
  return { packed };
}

const inMegabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(2)} MB`;

/** Bytes that a value takes as JSON. */
export const bytesOf = (value: unknown): number =>
  value === undefined ? 0 : strToU8(JSON.stringify(value)).length;

/** Bytes of a value after `pack`. @throws TooLarge */
export function packedBytes(value: object): number {
  const packed = pack(value, Infinity);
  return 'packed' in packed ? packed.packed.length : bytesOf(value);
}

/** Inverse of `pack`. @throws SyntaxError, or an error of the library, for a value that `pack` did not make */
export const unpack = <Value extends object>(value: Value | Packed): Value =>
  'packed' in value && typeof value.packed === 'string'
    ? (JSON.parse(strFromU8(inflateSync(fromBase64(value.packed)))) as Value)
    : (value as Value);

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Written here, because neither `Buffer` nor `btoa` exists in workflow code. */
function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const [one = 0, two, three] = [bytes[at], bytes[at + 1], bytes[at + 2]];
    const word = (one << 16) | ((two ?? 0) << 8) | (three ?? 0);
    const digit = (shift: number): string => DIGITS[(word >> shift) & 63] ?? '';
    parts.push(
      digit(18) +
        digit(12) +
        (two === undefined ? '=' : digit(6)) +
        (three === undefined ? '=' : digit(0)),
    );
  }
  return parts.join('');
}

function fromBase64(text: string): Uint8Array {
  const plain = text.replace(/=+$/, '');
  const bytes = new Uint8Array(Math.floor((plain.length * 3) / 4));
  let [word, bits, at] = [0, 0, 0];
  for (const character of plain) {
    word = (word << 6) | DIGITS.indexOf(character);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at] = (word >> bits) & 255;
    word &= (1 << bits) - 1;
    at += 1;
  }
  return bytes;
}

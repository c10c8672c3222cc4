import { Unreadable } from '../operations/decode.js';

/**
 * * Parses a body as JSON, whatever its content type; `undefined` for an empty body. * @throws Unreadable with the
 * body: foreign text of any length
 */
export function readJsonBody(body: string): unknown {
  if (body.trim() === '') return undefined;
  if (isTooDeep(body)) throw new Unreadable('', `JSON of more than ${MAX_DEPTH} levels`);
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new Unreadable('', `expected JSON, came ${body.trim()}`);
  }
}

/**
 * Most levels of nesting; no documented answer has ten. Deeper JSON could overflow the stack wherever it is written.
 */
const MAX_DEPTH = 100;

/** Counts brackets outside of strings. */
function isTooDeep(body: string): boolean {
  let depth = 0;
  for (let index = 0; index < body.length; index += 1) {
    const character = body[index];
    if (character === '"') index = endOfText(body, index);
    else if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth -= 1;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/** Index of the end of the string that begins at `start`. */
function endOfText(body: string, start: number): number {
  for (let index = start + 1; index < body.length; index += 1) {
    if (body[index] === '\\') index += 1;
    else if (body[index] === '"') return index;
  }
  return body.length;
}

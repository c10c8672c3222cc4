import { Unreadable } from '../operations/decode.js';

/**
 * The JSON of a body, whatever its content type says; `undefined` for an empty one.
 * @throws Unreadable with what came: foreign text of any length
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

/** No documented answer has ten. What is deeper than the stack ends the process's work with a RangeError wherever it is written. */
const MAX_DEPTH = 100;

/** Counts the brackets outside of texts. */
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

/** Where the text that begins at `start` ends. */
function endOfText(body: string, start: number): number {
  for (let index = start + 1; index < body.length; index += 1) {
    if (body[index] === '\\') index += 1;
    else if (body[index] === '"') return index;
  }
  return body.length;
}

import { Unreadable } from './unreadable.js';

/**
 * The JSON of a body, whatever its content type says; `undefined` for an empty one.
 * @throws Unreadable with what came: foreign text of any length
 */
export function readJson(body: string): unknown {
  if (body.trim() === '') return undefined;
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new Unreadable('', `expected JSON, came ${body.trim()}`);
  }
}

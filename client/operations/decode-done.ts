import { isErrorBody } from '../http/error-body.js';
import { inWords, Unreadable } from './unreadable.js';

/**
 * The answer of a verb that has nothing to tell: the bare literal `true` (NOTES §5.13), an empty body, or whatever
 * JSON a later edition puts there.
 * @throws Unreadable for `false` and for an error body under a 2xx
 */
export function decodeDone(body: unknown): true {
  if (body === false || body === 'false' || isErrorBody(body))
    throw new Unreadable('', `expected true, came ${inWords(body)}`);
  return true;
}

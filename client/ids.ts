/**
 * Ids are opaque (twelve letters and digits in every example, NOTES §5.12). Only characters that no path gives a
 * meaning to are let through: an id such as `../x` would call another operation than the one named.
 */
const ID = /^[A-Za-z0-9_-]{1,100}$/;

/** What is wrong with an id, as a sentence; `undefined` when nothing is. */
export const problemOfId = (name: string, id: unknown): string | undefined =>
  typeof id === 'string' && ID.test(id)
    ? undefined
    : `${name} must be 1 to 100 letters, digits, _ or -, as the service shows it`;

/** What is wrong with a page number or a limit, as a sentence; `undefined` when nothing is. */
export function problemOfPaging(name: 'page' | 'limit', value: unknown): string | undefined {
  const least = name === 'page' ? 0 : 1;
  return value === undefined || (Number.isSafeInteger(value) && (value as number) >= least)
    ? undefined
    : `${name} must be a whole number, ${least} or more`;
}

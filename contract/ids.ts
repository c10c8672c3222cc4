/**
 * Ids are opaque (twelve letters and digits in every example, NOTES §5.12). Characters that mean something in a URL
 * path are refused: with an id such as `../x` another operation would be called.
 */
export const ID = /^[A-Za-z0-9_-]{1,100}$/;

export const isId = (value: unknown): value is string =>
  typeof value === 'string' && ID.test(value);

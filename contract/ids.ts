/**
 * Ids are opaque (twelve letters and digits in every example, NOTES §5.12). Only characters that no path gives a
 * meaning to are let through: an id such as `../x` would call another operation than the one named.
 */
export const ID = /^[A-Za-z0-9_-]{1,100}$/;

/** Whether it could be an id of the service. */
export const isId = (value: unknown): value is string =>
  typeof value === 'string' && ID.test(value);

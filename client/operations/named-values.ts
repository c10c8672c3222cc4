import { z } from 'zod';

/** Names and values. As `z.record`, which leaves out a member of the name `__proto__`: here it is one like any other. */
export const namedValues = <Value extends z.ZodType>(value: Value, remedy?: string) =>
  z
    .preprocess(
      (input) => (isObject(input) ? new Map(Object.entries(input)) : input),
      z.map(z.string(), value, remedy),
    )
    .transform((entries) => Object.fromEntries(entries));

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

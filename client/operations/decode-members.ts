import { z } from 'zod';
import { isId } from '../../contract/ids.js';
import { toIsoDate } from './decode-date.js';
import { inWords, Unreadable } from './unreadable.js';

/** A type whose members are there or absent, never `undefined`. */
type Present<Shape> = {
  readonly [Key in keyof Shape]: Exclude<Shape[Key], undefined>;
};

/** Drops members without a value, so that "absent" has one form only. */
export function present<Shape extends object>(shape: Shape): Present<Shape> {
  const members: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(shape)) if (value !== undefined) members[name] = value;
  return members as Present<Shape>;
}

const toAbsent = (value: unknown): unknown => value ?? undefined;
const emptyToAbsent = (value: unknown): unknown => (value === '' ? undefined : toAbsent(value));
const numericText = (value: unknown): unknown =>
  typeof value === 'string' && /^\d{1,15}$/.test(value.trim()) ? Number(value) : value;
const booleanText = (value: unknown): unknown =>
  value === 'true' ? true : value === 'false' ? false : value;

/** A text that must be there: ids and statuses, on which decisions hang. */
export const text = z.string().min(1);

/**
 * The id of something that was just made. One that no call of ours would send back is no answer: nothing could be done
 * with what it names.
 * @throws Unreadable
 */
export function newId(member: string, id: string): string {
  if (isId(id)) return id;
  throw new Unreadable(member, `expected 1 to 100 letters, digits, _ or -, came ${inWords(id)}`);
}

/** May be absent (also as null); anything else must fit, because decisions hang on it. */
export const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess(toAbsent, schema.optional()).optional();

/** As `optional`; an empty text is absent too. */
export const optionalText = z.preprocess(emptyToAbsent, z.string().optional()).optional();

/** Only shown to people: dropped when it does not fit, because no run should fail for it. */
export const shown = <Schema extends z.ZodType>(schema: Schema) =>
  optional(schema).catch(undefined);

export const shownText = shown(z.string());
export const wholeNumber = z.preprocess(numericText, z.number());
export const yesOrNo = z.preprocess(booleanText, z.boolean());
export const date = z
  .unknown()
  .transform((value) => toIsoDate(value))
  .optional();

/** zod ends with the type that it received; the value itself, shown beside it, says more. */
const expectation = (message = 'unreadable'): string =>
  message.replace(/^Invalid input: /, '').replace(/, received .*$/, '');

/** @throws Unreadable naming the first member that does not fit, and what came instead */
export function readAs<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body, { reportInput: true });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (body === undefined) throw new Unreadable('', 'an empty body');
  throw new Unreadable(
    issue?.path.join('.') ?? '',
    `${expectation(issue?.message)}, came ${inWords(issue?.input)}`,
  );
}

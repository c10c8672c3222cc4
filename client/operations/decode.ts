import { z } from 'zod';
import type { Page } from '../../contract/job.js';
import type { PageInput } from '../../contract/operation-inputs.js';
import { isErrorBody } from '../http/error-body.js';
import { isId } from '../../contract/ids.js';

/** A type whose members are there or absent, never `undefined`. */
type Present<Shape> = {
  readonly [Key in keyof Shape]: Exclude<Shape[Key], undefined>;
};

/** Drops properties without a value, so that "absent" has one form only. */
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

/**
 * The answer of an operation without a result: the bare literal `true` (NOTES §5.13), an empty body, or whatever
 * JSON a later edition puts there.
 * @throws Unreadable for `false` and for an error body under a 2xx
 */
export function decodeDone(body: unknown): true {
  if (body === false || body === 'false' || isErrorBody(body))
    throw new Unreadable('', `expected true, came ${inWords(body)}`);
  return true;
}

const DATE = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2}(?:\.\d+)?)(Z|[+-]\d{2}:?\d{2})?$/;

/** How it is given back; most of thousands come so already. */
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/** Korea's wall clock: what a date without offset means (NOTES §5.10). */
const DEFAULT_OFFSET = '+09:00';

/**
 * A date of the service as ISO 8601 with offset; fractions of a second stay as they came.
 * `undefined` when it cannot be read: no decision hangs on a date alone, so a strange one is not fatal.
 */
export function toIsoDate(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const iso = ISO.test(value) ? value : withOffset(value);
  return Number.isNaN(Date.parse(iso)) ? undefined : iso;
}

function withOffset(value: string): string {
  const [, day = '', time = '', offset = DEFAULT_OFFSET] = DATE.exec(value.trim()) ?? [];
  return `${day}T${time}${offset.replace(/^([+-]\d{2})(\d{2})$/, '$1:$2')}`;
}

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

/** An answer, or a member of one, that is not what the operation answers. Becomes a DataFlowCallError. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  /** Path of the member, e.g. `list.3.jobId`; empty: the answer as a whole. */
  readonly member: string;

  constructor(member: string, problem: string) {
    super(member === '' ? problem : `${member}: ${problem}`);
    this.member = member;
  }
}

/** What came instead, in words. Foreign text of any length: cleaned and clipped where it is shown, not before. */
export const inWords = (value: unknown): string =>
  value === undefined ? 'nothing' : JSON.stringify(value);

/** Rows per page where neither the caller nor the answer says (NOTES §5.11). */
const DEFAULT_LIMIT = 1_000;

const LEFT_OUT = Symbol('a row that cannot be read');
const UNREADABLE = z.unknown().transform((): typeof LEFT_OUT => LEFT_OUT);

/**
 * What reads pages of such rows, and throws Unreadable. The list must be there. A row that cannot be read is left out
 * and counted: one strange row must not hide the others, and nobody may take the page for all there is. Made once for
 * each sort of row: a schema is compiled at its first use, which takes longer than the rows of most pages.
 */
export function pageDecoder<Row>(
  row: z.ZodType<Row>,
): (body: unknown, asked: PageInput) => Page<Row> {
  const envelope = z.object({
    list: z.array(row.or(UNREADABLE)),
    count: shown(wholeNumber),
    page: shown(wholeNumber),
    limit: shown(wholeNumber),
  });
  return (body, asked) => {
    const { list: all, count, page, limit } = readAs(envelope, body);
    const list = all.filter((one): one is Row => one !== LEFT_OUT);
    const unreadable = all.length - list.length;
    return {
      list,
      ...(unreadable > 0 && { unreadable }),
      count: count ?? all.length,
      page: page ?? asked.page ?? 0,
      limit: limit ?? asked.limit ?? DEFAULT_LIMIT,
    };
  };
}

import { z } from 'zod';
import type { Page } from '../../contract/job.js';
import type { PageInput } from '../../contract/operation-inputs.js';
import { readErrorBody } from '../http/error-body.js';
import { isId } from '../../contract/ids.js';

type Present<Shape> = {
  readonly [Key in keyof Shape]: Exclude<Shape[Key], undefined>;
};

/** Drops properties whose value is `undefined`, so that absence has one form. */
export function present<Shape extends object>(shape: Shape): Present<Shape> {
  const members: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(shape)) if (value !== undefined) members[name] = value;
  return members as Present<Shape>;
}

const toAbsent = (value: unknown): unknown => value ?? undefined;
export const emptyToAbsent = (value: unknown): unknown =>
  value === '' ? undefined : toAbsent(value);
const numericText = (value: unknown): unknown =>
  typeof value === 'string' && /^\d{1,15}$/.test(value.trim()) ? Number(value) : value;
const booleanText = (value: unknown): unknown =>
  value === 'true' ? true : value === 'false' ? false : value;

/** For ids and statuses, on which decisions depend. */
export const text = z.string().min(1);

/**
 * * Checks the id of a new object. An id that no later call could send is refused, because nothing could be done with
 * the * object. * @throws Unreadable
 */
export function checkNewId(member: string, id: string): void {
  if (isId(id)) return;
  throw new Unreadable(member, `expected 1 to 100 letters, digits, _ or -, came ${inWords(id)}`);
}

/** @throws Unreadable unless the answer is about the object that was asked for */
export function checkSameId(member: string, id: string, asked: string): void {
  if (id !== asked) throw new Unreadable(member, `expected ${asked}, came ${inWords(id)}`);
}

/** May be absent or null. Another value must fit, because decisions depend on it. */
export const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess(toAbsent, schema.optional()).optional();

/** As `optional`; an empty string counts as absent. */
export const optionalText = z.preprocess(emptyToAbsent, z.string().optional()).optional();

/** For fields that are only shown to people: a value that does not fit is dropped. */
export const shown = <Schema extends z.ZodType>(schema: Schema) =>
  optional(schema).catch(undefined);

export const shownText = shown(z.string());
export const wholeNumber = z.preprocess(numericText, z.number());
export const yesOrNo = z.preprocess(booleanText, z.boolean());
export const date = z
  .unknown()
  .transform((value) => toIsoDate(value))
  .optional();

/** Removes the received type from zod's message: the message of {@link readAs} shows the value. */
const expectation = (message = 'unreadable'): string =>
  message.replace(/^Invalid input: /, '').replace(/, received .*$/, '');

/** @throws Unreadable with the first property that does not fit, and its value */
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
 * * The answer of an operation without a result: the literal `true` (NOTES §5.13), an empty body, or any other JSON.
 * * @throws Unreadable for `false` and for an error body
 */
export function decodeDone(body: unknown): true {
  if (body === false || body === 'false' || readErrorBody(body) !== undefined)
    throw new Unreadable('', `expected true, came ${inWords(body)}`);
  return true;
}

const DATE = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2}(?:\.\d+)?)(Z|[+-]\d{2}:?\d{2})?$/;

/** The form of the result. Most dates have it already, and need no conversion. */
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

/** Offset of dates without one: Korea's wall clock (NOTES §5.10). */
const DEFAULT_OFFSET = '+09:00';

/**
 * Date of the service as ISO 8601 with offset; fractions of a second are kept. `undefined` if it is unreadable: no
 * decision depends on a date alone, so it is no error.
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

/** As `z.record`, which drops a property with the name `__proto__`; here it is kept. */
export const namedValues = <Value extends z.ZodType>(value: Value, remedy?: string) =>
  z
    .preprocess(
      (input) => (isObject(input) ? new Map(Object.entries(input)) : input),
      z.map(z.string(), value, remedy),
    )
    .transform((entries) => Object.fromEntries(entries));

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The answer does not have the form of the operation's output. Becomes a DataFlowCallError. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  /** Path of the property, e.g. `list.3.jobId`. Empty: the answer as a whole. */
  readonly member: string;

  constructor(member: string, problem: string) {
    super(member === '' ? problem : `${member}: ${problem}`);
    this.member = member;
  }
}

/** A value for a message. It may be foreign text of any length, which is cleaned and clipped where it is shown. */
export const inWords = (value: unknown): string =>
  value === undefined ? 'nothing' : JSON.stringify(value);

/** Rows per page, if neither the caller nor the answer names a number (NOTES §5.11). */
const DEFAULT_LIMIT = 1_000;

const LEFT_OUT = Symbol('a row that cannot be read');
const UNREADABLE = z.unknown().transform((): typeof LEFT_OUT => LEFT_OUT);

/**
 * Creates a decoder of pages, which throws Unreadable if there is no list. An unreadable row is left out and counted,
 * so that it does not hide the other rows, and the page is not taken as complete. Create the decoder once for each
 * kind of row: a schema is compiled at its first use, which takes longer than decoding most pages.
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

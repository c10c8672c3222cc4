import type { Environment } from '@marcbachmann/cel-js';
import { instantText } from '../../contract/schedule.js';

// CEL's timestamps and durations, to the millisecond. The library's own depend on the machine: they read dates as the
// engine does, and zones by its data. Ours know UTC and fixed offsets.

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

class OutOfRange extends Error {}

/** Years 1 to 9999, as CEL has them. */
const MIN_MS = Date.parse('0001-01-01T00:00:00Z');
const MAX_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** A point of time. */
export class Timestamp {
  readonly ms: number;

  constructor(ms: number) {
    if (!(ms >= MIN_MS && ms <= MAX_MS)) throw new OutOfRange('is outside the years 1 to 9999');
    this.ms = ms;
  }

  toString(): string {
    return this.ms % SECOND === 0 && this.ms >= 0
      ? instantText(this.ms)
      : new Date(this.ms).toISOString();
  }
}

/** A length of time; may be negative. */
export class Duration {
  readonly ms: number;

  constructor(ms: number) {
    if (!Number.isSafeInteger(ms)) throw new OutOfRange('is too long a duration');
    this.ms = ms;
  }

  toString(): string {
    return `${this.ms / SECOND}s`;
  }
}

/** RFC 3339. */
const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/;

/** Of a run: JSON has it as text. @throws Error whose message is a part of a sentence about an expression */
export function timestampOf(text: string): Timestamp {
  const ms = RFC_3339.test(text) ? Date.parse(text.toUpperCase()) : NaN;
  // A day that there is not, e.g. 30 February, is read as a later one.
  const isDay = Number.isFinite(ms) && dayExists(text);
  if (!isDay)
    throw new OutOfRange(
      `timestamp(): ${JSON.stringify(text)} is no point of time such as 2026-11-21T18:00:00Z`,
    );
  return new Timestamp(ms);
}

function dayExists(text: string): boolean {
  const [year, month, day] = text.slice(0, 10).split('-').map(Number);
  const date = new Date(Date.UTC(2_000, (month ?? 0) - 1, 1));
  date.setUTCFullYear(year ?? 0, (month ?? 0) - 1, day);
  return date.getUTCDate() === day;
}

const UNITS = { h: HOUR, m: MINUTE, s: SECOND, ms: 1 } as const;
const DURATION = /^([+-]?)((?:\d+(?:\.\d+)?(?:h|ms|m|s))+)$/;

function durationOf(text: string): Duration {
  const [, sign, parts] = DURATION.exec(text) ?? [];
  if (parts === undefined)
    throw new OutOfRange(
      `duration(): ${JSON.stringify(text)} is no duration such as 24h or 1h30m (units h, m, s, ms)`,
    );
  let ms = 0;
  for (const [, amount, unit] of parts.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g))
    ms += Math.round(Number(amount) * UNITS[unit as keyof typeof UNITS]);
  return new Duration(sign === '-' ? -ms : ms);
}

const OFFSET = /^([+-])(\d\d):(\d\d)$/;
const OFFSET_RULE =
  'must be an offset such as +09:00, not the name of a zone, whose rules differ between machines';

/** Why a text that is written out cannot be the argument of a function; undefined for other functions. */
export const problemOfOffset = (name: string, text: string): string | undefined =>
  Object.hasOwn(PARTS, name) && text !== 'UTC' && !OFFSET.test(text)
    ? `${name}(): ${OFFSET_RULE}`
    : undefined;

/** The time as a clock shows it that is ahead of UTC by a fixed offset. */
function shifted({ ms }: Timestamp, offset = 'UTC'): Date {
  if (offset === 'UTC') return new Date(ms);
  const [, sign, hours, minutes] = OFFSET.exec(offset) ?? [];
  if (sign === undefined) throw new OutOfRange(`${JSON.stringify(offset)}: ${OFFSET_RULE}`);
  const shift = Number(hours) * HOUR + Number(minutes) * MINUTE;
  return new Date(ms + (sign === '-' ? -shift : shift));
}

/** What CEL counts from where: months and days of the year from 0, `getDate` from 1. */
const PARTS: Readonly<Record<string, (date: Date) => number>> = {
  getFullYear: (date) => date.getUTCFullYear(),
  getMonth: (date) => date.getUTCMonth(),
  getDate: (date) => date.getUTCDate(),
  getDayOfMonth: (date) => date.getUTCDate() - 1,
  getDayOfWeek: (date) => date.getUTCDay(),
  getDayOfYear: (date) => Math.floor((date.getTime() - new Date(date).setUTCMonth(0, 1)) / DAY),
  getHours: (date) => date.getUTCHours(),
  getMinutes: (date) => date.getUTCMinutes(),
  getSeconds: (date) => date.getUTCSeconds(),
  getMilliseconds: (date) => date.getUTCMilliseconds(),
};
/** Of a duration: the whole of it in this unit. */
const TOTALS: Readonly<Record<string, number>> = {
  getHours: HOUR,
  getMinutes: MINUTE,
  getSeconds: SECOND,
  getMilliseconds: 1,
};

export const TIME_FUNCTION_NAMES: readonly string[] = [
  'timestamp',
  'duration',
  ...Object.keys(PARTS),
];

/** Conversions, by function and signature; the library has these names already. */
export const TIME_CONVERSIONS = {
  timestamp: {
    '(string): Timestamp': timestampOf,
    '(int): Timestamp': (seconds: bigint) => new Timestamp(Number(seconds) * SECOND),
    '(Timestamp): Timestamp': (value: Timestamp) => value,
  },
  duration: {
    '(string): Duration': durationOf,
    '(Duration): Duration': (value: Duration) => value,
  },
  int: { '(Timestamp): int': ({ ms }: Timestamp) => BigInt(Math.floor(ms / SECOND)) },
} as const;

/** Types, operators and members; before the conversions. */
export function registerTime(environment: Environment): void {
  environment.registerType('Timestamp', { ctor: Timestamp, fields: {} });
  environment.registerType('Duration', { ctor: Duration, fields: {} });
  const text = (value: Timestamp | Duration): string => String(value);
  environment.registerFunction('string(Timestamp): string', text);
  environment.registerFunction('string(Duration): string', text);
  for (const [name, part] of Object.entries(PARTS)) {
    const get = (time: Timestamp, offset?: string) => BigInt(part(shifted(time, offset)));
    environment.registerFunction(`Timestamp.${name}(): int`, get);
    environment.registerFunction(`Timestamp.${name}(string): int`, get);
  }
  for (const [name, unit] of Object.entries(TOTALS))
    environment.registerFunction(`Duration.${name}(): int`, ({ ms }: Duration) =>
      BigInt(Math.trunc(ms / unit)),
    );
  type Ms = Timestamp | Duration;
  const time = (make: (one: number, other: number) => number) => (one: Ms, other: Ms) =>
    new Timestamp(make(one.ms, other.ms));
  const span = (make: (one: number, other: number) => number) => (one: Ms, other: Ms) =>
    new Duration(make(one.ms, other.ms));
  const plus = (one: number, other: number): number => one + other;
  const minus = (one: number, other: number): number => one - other;
  environment.registerOperator('Timestamp + Duration: Timestamp', time(plus));
  environment.registerOperator('Duration + Timestamp: Timestamp', time(plus));
  environment.registerOperator('Timestamp - Duration: Timestamp', time(minus));
  environment.registerOperator('Timestamp - Timestamp: Duration', span(minus));
  environment.registerOperator('Duration + Duration: Duration', span(plus));
  environment.registerOperator('Duration - Duration: Duration', span(minus));
  for (const type of ['Timestamp', 'Duration']) {
    environment.registerOperator(`${type} < ${type}`, (one: Ms, other: Ms) => one.ms < other.ms);
    environment.registerOperator(`${type} <= ${type}`, (one: Ms, other: Ms) => one.ms <= other.ms);
    environment.registerOperator(`${type} > ${type}`, (one: Ms, other: Ms) => one.ms > other.ms);
    environment.registerOperator(`${type} >= ${type}`, (one: Ms, other: Ms) => one.ms >= other.ms);
    environment.registerOperator(`${type} == ${type}`, (one: Ms, other: Ms) => one.ms === other.ms);
  }
}

/** Whether two values are the same time or length of time; undefined where neither is one. */
export function isSameTime(one: unknown, other: unknown): boolean | undefined {
  for (const type of [Timestamp, Duration])
    if (one instanceof type || other instanceof type)
      return one instanceof type && other instanceof type && one.ms === other.ms;
  return undefined;
}

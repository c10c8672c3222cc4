/** A cron expression, read: the values at which each field matches, in their order. */
export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly daysOfMonth: readonly number[];
  readonly months: readonly number[];
  /** 0 is Sunday. */
  readonly daysOfWeek: readonly number[];
}

export type ReadCron =
  | { readonly cron: Cron }
  /** `at`: the character at which the problem begins, from 0. */
  | { readonly problem: string; readonly at: number };

interface Field {
  readonly of: keyof Cron;
  readonly title: string;
  readonly min: number;
  readonly max: number;
  /** Names of the values from `min` on. */
  readonly names?: readonly string[];
  readonly example: string;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const FIELDS: readonly Field[] = [
  { of: 'minutes', title: 'minute', min: 0, max: 59, example: '0, */15' },
  { of: 'hours', title: 'hour', min: 0, max: 23, example: '3, 9-17' },
  { of: 'daysOfMonth', title: 'day of month', min: 1, max: 31, example: '1, */2' },
  { of: 'months', title: 'month', min: 1, max: 12, names: MONTHS, example: '1, JAN-MAR' },
  { of: 'daysOfWeek', title: 'day of week', min: 0, max: 7, names: DAYS, example: '1, MON-FRI' },
];

const ALIASES: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
};

/** Reads a cron expression of five fields. */
export function readCron(text: string): ReadCron {
  const source = Object.hasOwn(ALIASES, text.trim()) ? (ALIASES[text.trim()] ?? '') : text;
  const words = [...source.matchAll(/\S+/g)];
  if (words.length !== FIELDS.length)
    return {
      problem: `must have five fields (minute, hour, day of month, month, day of week), or be one of ${Object.keys(ALIASES).join(', ')}`,
      at: 0,
    };
  const read: Partial<Record<keyof Cron, readonly number[]>> = {};
  for (const [place, field] of FIELDS.entries()) {
    const word = words[place];
    const values = valuesIn(word?.[0] ?? '', field);
    if (values === undefined) {
      const { title, min, max, example } = field;
      return {
        problem: `${title}: must be * or numbers from ${min} to ${max}, ranges, lists, steps, e.g. ${example}`,
        at: word?.index ?? 0,
      };
    }
    read[field.of] = values;
  }
  const cron = read as Cron;
  if (cron.daysOfMonth.length < 31 && cron.daysOfWeek.length < 7)
    return {
      problem:
        'must restrict the day of month or the day of week, not both: cron takes days that match either, Temporal those that match both',
      at: words[2]?.index ?? 0,
    };
  return { cron };
}

/** The values of `1-5`, `MON,WED`, `*\/15`; undefined where that is none of them. */
function valuesIn(word: string, field: Field): readonly number[] | undefined {
  const found = new Set<number>();
  for (const part of word.split(',')) {
    const values = rangeIn(part, field);
    if (values === undefined) return undefined;
    for (const value of values) found.add(field.of === 'daysOfWeek' ? value % 7 : value);
  }
  return [...found].sort((one, other) => one - other);
}

const PART = /^(?:\*|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/;

function rangeIn(part: string, field: Field): readonly number[] | undefined {
  const match = PART.exec(part);
  if (match === null) return undefined;
  const [, first, last, stepText] = match;
  const start = first === undefined ? field.min : valueIn(first, field);
  const step = stepText === undefined ? 1 : Number(stepText);
  // `5/15` begins at 5 and goes on to the end.
  const isOpen = first === undefined || (last === undefined && stepText !== undefined);
  const end = last !== undefined ? valueIn(last, field) : isOpen ? lastOf(field) : start;
  if (start === undefined || end === undefined || end < start || step < 1) return undefined;
  return Array.from(
    { length: Math.floor((end - start) / step) + 1 },
    (_, nth) => start + nth * step,
  );
}

/** 7 is Sunday once more. */
const lastOf = ({ of, max }: Field): number => (of === 'daysOfWeek' ? 6 : max);

function valueIn(word: string, { min, max, names = [] }: Field): number | undefined {
  const named = names.indexOf(word.toLowerCase());
  if (named >= 0) return min + named;
  const value = /^\d{1,2}$/.test(word) ? Number(word) : NaN;
  return value >= min && value <= max ? value : undefined;
}

import { RE2JS } from 're2js';
import { own } from '../../contract/own.js';
import type { ParameterRule, ParameterType, ParameterValue } from '../../contract/pipeline.js';

const NAMES: Readonly<Record<ParameterType, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  list: 'a list of strings, numbers, booleans and lists',
};
const MAX_ITEMS = 10_000;
const MAX_DEPTH = 50;

const isParameterValue = (value: unknown, depth = 0): value is ParameterValue =>
  ['string', 'number', 'boolean'].includes(typeof value) ||
  (Array.isArray(value) &&
    depth < MAX_DEPTH &&
    value.length <= MAX_ITEMS &&
    value.every((item) => isParameterValue(item, depth + 1)));

const fits = (value: unknown, type: ParameterType): boolean =>
  type === 'list' ? Array.isArray(value) && isParameterValue(value) : typeof value === type;

/** An integer in a value that is too large to be exact: parsing has already rounded it. Undefined if there is none. */
export function roundedWithin(value: unknown): number | undefined {
  const left = [value]; // a list instead of recursion: the value may be nested deeply
  while (left.length > 0) {
    const one = left.pop();
    if (typeof one === 'object' && one !== null)
      for (const item of Object.values(one)) left.push(item);
    if (typeof one !== 'number' || Number.isSafeInteger(one)) continue;
    if (Number.isInteger(one) || !Number.isFinite(one)) return one;
  }
  return undefined;
}

/** Why the value does not fit the parameter; undefined if it does. */
export function misfitOf(value: unknown, rule: ParameterRule): string | undefined {
  const { type } = rule;
  if (!fits(value, type)) return `must be ${NAMES[type]}: the parameter is a ${type}`;
  const rounded = roundedWithin(value);
  if (rounded !== undefined)
    return `must be an integer below 2^53: ${rounded} cannot be kept exactly; make the parameter a string`;
  if (!Array.isArray(value)) return breachOf(value, rule);
  const at = value.findIndex((item) => breachOf(item, rule) !== undefined);
  return at === -1 ? undefined : `item ${at + 1} ${breachOf(value[at], rule)}`;
}

/** Longest string in which a pattern is looked for: the time grows with it. */
const MAX_MATCHED = 1_000;

/** Which rule a value of the right type breaks. */
function breachOf(
  value: unknown,
  { enum: values, pattern, min = -Infinity, max = Infinity }: ParameterRule,
): string | undefined {
  if (values !== undefined && !values.includes(value as string | number))
    return `must be one of ${values.join(', ')}`;
  if (typeof value === 'number' && (value < min || value > max)) return boundsText(min, max);
  if (pattern === undefined) return undefined;
  if (typeof value !== 'string') return `must be a string: it must match ${pattern}`;
  if (value.length > MAX_MATCHED)
    return `must have at most ${MAX_MATCHED} characters: it must match ${pattern}`;
  return RE2JS.compile(pattern).matcher(value).find() ? undefined : `must match ${pattern}`;
}

const boundsText = (min: number, max: number): string =>
  min === -Infinity
    ? `must be at most ${max}`
    : max === Infinity
      ? `must be at least ${min}`
      : `must be from ${min} to ${max}`;

/** Why a pattern cannot be used; undefined if it can. RE2 has no backreferences, and needs no more than linear time. */
export function problemOfPattern(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    return `must be a regular expression as RE2 has them: ${error instanceof Error ? error.message : 'it cannot be read'}`;
  }
}

type Declared = Readonly<Record<string, ParameterRule & { readonly default?: ParameterValue }>>;

/**
 * Parameter values of a run: given values and defaults. Reports all problems at once, each as `name: what to do`.
 * @param unknown message for a name that is not declared
 */
export function argumentValues(
  given: Readonly<Record<string, unknown>>,
  declared: Declared,
  unknown: (name: string) => string = () => 'unknown parameter',
):
  | { readonly values: Readonly<Record<string, ParameterValue>> }
  | { readonly problems: readonly string[] } {
  const problems = Object.keys(given)
    .filter((name) => !Object.hasOwn(declared, name))
    .map((name) => `${name}: ${unknown(name)}`);
  const values = Object.entries(declared).map(([name, rule]) => {
    const { type, default: otherwise } = rule;
    const value = own(given, name) ?? otherwise;
    const problem =
      value === undefined
        ? `must have a value of type ${type}: it has no default`
        : misfitOf(value, rule);
    if (problem !== undefined) problems.push(`${name}: ${problem}`);
    return [name, value] as const;
  });
  if (problems.length > 0) return { problems };
  return { values: Object.fromEntries(values) as Record<string, ParameterValue> };
}

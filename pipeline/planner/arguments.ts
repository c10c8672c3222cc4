import { own } from '../../contract/own.js';
import type { ParameterType, ParameterValue } from '../../contract/pipeline.js';

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

/** Why the value does not fit a parameter of that type; undefined if it does. */
export function misfitOf(value: unknown, type: ParameterType): string | undefined {
  if (!fits(value, type)) return `must be ${NAMES[type]}: the parameter is a ${type}`;
  const rounded = roundedWithin(value);
  return rounded === undefined
    ? undefined
    : `must be an integer below 2^53: ${rounded} cannot be kept exactly; make the parameter a string`;
}

type Declared = Readonly<
  Record<string, { readonly type: ParameterType; readonly default?: ParameterValue }>
>;

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
  const values = Object.entries(declared).map(([name, { type, default: otherwise }]) => {
    const value = own(given, name) ?? otherwise;
    const problem =
      value === undefined
        ? `must have a value of type ${type}: it has no default`
        : misfitOf(value, type);
    if (problem !== undefined) problems.push(`${name}: ${problem}`);
    return [name, value] as const;
  });
  if (problems.length > 0) return { problems };
  return { values: Object.fromEntries(values) as Record<string, ParameterValue> };
}

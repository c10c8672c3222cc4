import { Duration, Timestamp } from './cel-time.js';

/** Limits of a value that an expression reads or returns. */
export const VALUE_LIMITS = {
  /** Items of one list. */
  items: 10_000,
  /** Depth of nested lists and objects. */
  depth: 50,
  /** Values in all. */
  values: 100_000,
  /** Characters of all strings and names together. */
  characters: 1_000_000,
} as const;

/** A value that an expression can neither read nor return. The message is a part of a sentence. */
export class UnusableValue extends Error {
  override readonly name = 'UnusableValue';
}

/** Counts the parts of a value. @throws UnusableValue above a limit */
class Tally {
  #values = 0;
  #characters = 0;

  count(depth: number, text = ''): void {
    this.#values += 1;
    this.#characters += text.length;
    const { values, characters } = VALUE_LIMITS;
    if (depth > VALUE_LIMITS.depth)
      throw new UnusableValue(`nested deeper than ${VALUE_LIMITS.depth}`);
    if (this.#values > values) throw new UnusableValue(`more than ${values} values`);
    if (this.#characters > characters)
      throw new UnusableValue(`more than ${characters} characters`);
  }
}

type Members = readonly (readonly [string, unknown])[];

const walkList = (list: readonly unknown[], convert: (item: unknown) => unknown): unknown[] => {
  const { items } = VALUE_LIMITS;
  if (list.length > items)
    throw new UnusableValue(`a list of ${list.length} items, at most ${items}`);
  return list.map(convert);
};

const walkMembers = (
  members: Members,
  tally: Tally,
  depth: number,
  convert: (value: unknown) => unknown,
): Members =>
  members
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      tally.count(depth, name);
      return [name, convert(value)];
    });

/**
 * Converts JSON for CEL: an integer becomes a bigint, an object a Map, in which no name has a special meaning.
 *
 * @param spend counts a value that is read
 * @throws UnusableValue; what `spend` throws
 */
export function toCel(value: unknown, spend: (steps: number) => void): unknown {
  const tally = new Tally();
  const convert = (inner: unknown, depth: number): unknown => {
    tally.count(depth, typeof inner === 'string' ? inner : '');
    spend(1);
    if (typeof inner === 'number') return numberToCel(inner);
    if (typeof inner === 'string' || typeof inner === 'boolean') return inner;
    if (inner === null || inner === undefined) return null;
    if (Array.isArray(inner)) return walkList(inner, (item) => convert(item, depth + 1));
    if (typeof inner === 'object')
      return new Map(
        walkMembers(Object.entries(inner), tally, depth, (member) => convert(member, depth + 1)),
      );
    throw new UnusableValue(`a ${typeof inner}, which is not JSON`);
  };
  return convert(value, 0);
}

/** Converts a result of CEL to JSON. @throws UnusableValue */
export function toJson(value: unknown): unknown {
  const tally = new Tally();
  const convert = (inner: unknown, depth: number): unknown => {
    tally.count(depth, typeof inner === 'string' ? inner : '');
    if (typeof inner === 'bigint') return safe(inner);
    if (typeof inner === 'number') return finite(inner);
    if (typeof inner === 'string' || typeof inner === 'boolean' || inner === null) return inner;
    if (inner instanceof Timestamp || inner instanceof Duration) return String(inner);
    if (Array.isArray(inner)) return walkList(inner, (item) => convert(item, depth + 1));
    if (inner instanceof Map || isPlainObject(inner)) {
      const members: Members =
        inner instanceof Map
          ? [...inner].map(([name, it]) => [String(name), it])
          : Object.entries(inner);
      return Object.fromEntries(
        walkMembers(members, tally, depth, (member) => convert(member, depth + 1)),
      );
    }
    throw new UnusableValue('a value that is not JSON');
  };
  return convert(value, 0);
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function numberToCel(value: number): unknown {
  if (Number.isSafeInteger(value)) return BigInt(value);
  if (Number.isInteger(value))
    throw new UnusableValue(`${value}, an integer beyond 2^53: it was rounded; make it a string`);
  return finite(value);
}

function safe(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number))
    throw new UnusableValue(`${value}, too large to be kept exactly`);
  return number;
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new UnusableValue(`${value}, which is not JSON`);
  return value === 0 ? 0 : value;
}

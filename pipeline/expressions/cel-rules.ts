import type { ASTNode, Environment } from '@marcbachmann/cel-js';
import { isSameTime, registerTime, TIME_CONVERSIONS } from './cel-time.js';

/**
 * Corrects the library where it differs from CEL: conversions of strings, positions in strings (code points), equality
 * of numbers, times.
 */

/** Suffix of our functions: the library refuses a second function with the name of one of its own. */
const SUFFIX = '_';

class RefusedArgument extends Error {}

const INTEGER = /^[+-]?\d{1,19}$/;
const DOUBLE = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const MAX_INT = 2n ** 63n - 1n;

function toInt(value: unknown): bigint {
  const isText = typeof value === 'string';
  const isReadable = isText ? INTEGER.test(value) : Number.isFinite(value);
  const integer = isReadable
    ? BigInt(isText ? value.replace(/^\+/, '') : Math.trunc(value as number))
    : undefined;
  if (integer === undefined || integer > MAX_INT || integer < -MAX_INT - 1n)
    throw new RefusedArgument(`int(): ${JSON.stringify(value)} is not a 64-bit integer`);
  return integer;
}

function toDouble(text: unknown): number {
  const value = typeof text === 'string' && DOUBLE.test(text) ? Number(text) : NaN;
  if (!Number.isFinite(value))
    throw new RefusedArgument(`double(): ${JSON.stringify(text)} is not a number`);
  return value;
}

function placeIn(points: readonly string[], place: unknown, name: string, least = 0n): number {
  if (typeof place === 'bigint' && place >= least && place <= BigInt(points.length))
    return Number(place);
  throw new RefusedArgument(
    `${name}(): ${String(place)} is not a position in a string of ${points.length} characters`,
  );
}

const pointsOf = (text: string): readonly string[] => Array.from(text);
/** Converts a position in code units into one in code points. */
const inPoints = (text: string, place: number): bigint =>
  BigInt(place < 0 ? place : pointsOf(text.slice(0, place)).length);
const unitsOf = (points: readonly string[], place: number): number =>
  points.slice(0, place).join('').length;

function substring(text: string, start: unknown, end?: unknown): string {
  const points = pointsOf(text);
  const from = placeIn(points, start, 'substring');
  const to = end === undefined ? points.length : placeIn(points, end, 'substring', BigInt(from));
  return points.slice(from, to).join('');
}

function indexIn(
  name: 'indexOf' | 'lastIndexOf',
  text: string,
  wanted: string,
  from?: unknown,
): bigint {
  const points = pointsOf(text);
  const place = from === undefined ? undefined : unitsOf(points, placeIn(points, from, name));
  return inPoints(text, place === undefined ? text[name](wanted) : text[name](wanted, place));
}

function split(text: string, separator: string, most?: unknown): readonly string[] {
  const parts = separator === '' ? [...pointsOf(text)] : text.split(separator);
  const limit = most === undefined ? -1 : Number(most);
  if (limit < 0 || parts.length <= limit) return parts;
  return limit === 0 ? [] : [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)];
}

const ascii = (letters: RegExp, text: string, to: 'toLowerCase' | 'toUpperCase'): string =>
  text.replaceAll(letters, (letter) => letter[to]());

type Handler = (...operands: never[]) => unknown;
const FUNCTIONS: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  int: {
    '(int): int': (value: bigint) => value,
    ...{ '(double): int': toInt, '(string): int': toInt },
    ...TIME_CONVERSIONS.int,
  },
  timestamp: TIME_CONVERSIONS.timestamp,
  duration: TIME_CONVERSIONS.duration,
  double: {
    '(double): double': (value: number) => value,
    '(int): double': (value: bigint) => Number(value),
    '(string): double': toDouble,
  },
  substring: { '(int): string': substring, '(int, int): string': substring },
  indexOf: {
    '(string): int': (text: string, wanted: string) => indexIn('indexOf', text, wanted),
    '(string, int): int': (text: string, wanted: string, from: bigint) =>
      indexIn('indexOf', text, wanted, from),
  },
  lastIndexOf: {
    '(string): int': (text: string, wanted: string) => indexIn('lastIndexOf', text, wanted),
    '(string, int): int': (text: string, wanted: string, from: bigint) =>
      indexIn('lastIndexOf', text, wanted, from),
  },
  split: { '(string): list<string>': split, '(string, int): list<string>': split },
  lowerAscii: { '(): string': (text: string) => ascii(/[A-Z]/g, text, 'toLowerCase') },
  upperAscii: { '(): string': (text: string) => ascii(/[a-z]/g, text, 'toUpperCase') },
};
const CONVERSIONS: readonly string[] = ['int', 'double', 'timestamp', 'duration'];

export function registerCelRules(environment: Environment): void {
  registerTime(environment);
  for (const [name, overloads] of Object.entries(FUNCTIONS)) {
    const receiver = CONVERSIONS.includes(name) ? '' : 'string.';
    for (const [signature, handler] of Object.entries(overloads))
      environment.registerFunction(`${receiver}${name}${SUFFIX}${signature}`, handler);
  }
}

/** A message of the library with the function names of the expression. */
export const withoutSuffix = (message: string): string =>
  message.replaceAll(/\b([A-Za-z]+)_(?=\()/g, (all, name: string) =>
    Object.hasOwn(FUNCTIONS, name) ? name : all,
  );

interface TypeName {
  readonly name: string;
}
interface Checker {
  check(node: ASTNode, context: unknown): TypeName;
  getType(name: string): TypeName;
}
interface Evaluator {
  run(node: ASTNode, context: unknown): unknown;
}
/** Methods of a node that the library calls. They may be replaced for one node. */
interface Behaviour {
  check: (checker: Checker, node: ASTNode, context: unknown) => TypeName;
  evaluate: (evaluator: Evaluator, node: ASTNode, context: unknown) => unknown;
  setMeta(key: string, value: unknown): void;
}

/** Applies these rules to a parsed expression. Must be called before it is checked or evaluated. */
export function applyCelRules(nodes: readonly ASTNode[]): void {
  for (const node of nodes) {
    if (node.op === 'call' || node.op === 'rcall') {
      if (Object.hasOwn(FUNCTIONS, node.args[0]))
        (node.args as unknown[])[0] = node.args[0] + SUFFIX;
    } else if (node.op === '==' || node.op === '!=' || node.op === 'in') compareByValue(node);
    else if (node.op === 'map') keepEveryName(node);
  }
}

/** Evaluates a map literal to a Map, which keeps names such as `constructor`; the library would drop them. */
function keepEveryName(node: Extract<ASTNode, { op: 'map' }>): void {
  const behaviour = node as unknown as Behaviour;
  behaviour.setMeta('async', false);
  behaviour.evaluate = (evaluator, _ast, context) =>
    new Map(
      node.args.map(([key, value]) => [evaluator.run(key, context), evaluator.run(value, context)]),
    );
}

type Comparison = Extract<ASTNode, { op: '==' | '!=' | 'in' }>;

/** Compares numbers by value at any depth: `1 == 1.0`, `1 in [1.0]` and `[1] == [1.0]` are true. */
function compareByValue(node: Comparison): void {
  const behaviour = node as unknown as Behaviour;
  const check = behaviour.check.bind(node);
  behaviour.setMeta('async', false);
  behaviour.check = (checker, ast, context) => {
    try {
      return check(checker, ast, context);
    } catch (error) {
      const [left, right] = node.args.map((arg) =>
        checker.check(arg, context).name.replaceAll('double', 'int'),
      );
      if (right !== (node.op === 'in' ? `list<${left ?? ''}>` : left)) throw error;
      return checker.getType('bool');
    }
  };
  behaviour.evaluate = (evaluator, _ast, context) => {
    const [left, right] = node.args.map((arg) => evaluator.run(arg, context));
    if (node.op === 'in') return isIn(left, right);
    return isSame(left, right) === (node.op === '==');
  };
}

function isIn(value: unknown, collection: unknown): boolean {
  if (Array.isArray(collection)) return collection.some((one) => isSame(value, one));
  if (collection instanceof Map) return collection.has(value);
  throw new RefusedArgument('in: its right side must be a list or a map');
}

const isNumber = (value: unknown): value is number | bigint =>
  typeof value === 'number' || typeof value === 'bigint';

function isSame(one: unknown, other: unknown): boolean {
  // `==` compares a bigint and a number exactly, without conversion.
  if (isNumber(one) && isNumber(other)) return one == other;
  const areTimes = isSameTime(one, other);
  if (areTimes !== undefined) return areTimes;
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((value, place) => isSame(value, other[place]));
  if (!(one instanceof Map && other instanceof Map)) return one === other;
  return (
    one.size === other.size &&
    [...one].every(([name, value]) => other.has(name) && isSame(value, other.get(name)))
  );
}

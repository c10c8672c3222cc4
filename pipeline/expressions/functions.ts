import { TIME_FUNCTION_NAMES } from './cel-time.js';

/**
 * Functions of expressions. None depends on clock, time zone or machine, and the time of each grows at most with its
 * input.
 */
const ALLOWED: readonly string[] = [
  ...['has', 'all', 'exists', 'exists_one', 'map', 'filter'],
  ...['size', 'string', 'int', 'double', 'bool', 'dyn'],
  ...['startsWith', 'endsWith', 'contains', 'indexOf', 'lastIndexOf', 'substring'],
  ...['lowerAscii', 'upperAscii', 'trim', 'split', 'join'],
  ...TIME_FUNCTION_NAMES,
];

const REFUSED: Readonly<Record<string, string>> = {
  matches: 'the time of a pattern has no bound; use startsWith(), endsWith() or contains()',
  bind: 'write the value twice instead',
  bytes: 'bytes are not JSON',
  uint: 'use int()',
  type: 'types are not JSON',
};

/** Functions that are suggested for an unknown one. */
export const FUNCTION_NAMES = ALLOWED;

/** Macros that evaluate their last argument once for each item, with a variable for the item. */
export const LOOPS: readonly string[] = ['all', 'exists', 'exists_one', 'map', 'filter'];

export const isAllowed = (name: string): boolean => ALLOWED.includes(name);

/** Why a function of CEL is not supported here; undefined for any other name. */
export const functionRefusal = (name: string): string | undefined =>
  Object.hasOwn(REFUSED, name) ? REFUSED[name] : undefined;

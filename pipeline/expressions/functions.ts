/** What an expression may call. Nothing here depends on clock, time zone or machine, or runs longer than its input is long. */
const ALLOWED: readonly string[] = [
  ...['has', 'all', 'exists', 'exists_one', 'map', 'filter'],
  ...['size', 'string', 'int', 'double', 'bool', 'dyn'],
  ...['startsWith', 'endsWith', 'contains', 'indexOf', 'lastIndexOf', 'substring'],
  ...['lowerAscii', 'upperAscii', 'trim', 'split', 'join'],
];

const DATES = 'dates depend on the machine; pass them as parameters';
const REFUSED: Readonly<Record<string, string>> = {
  matches: 'the time of a pattern has no bound; use startsWith(), endsWith() or contains()',
  bind: 'name the value twice instead',
  timestamp: DATES,
  duration: DATES,
  bytes: 'bytes are not JSON',
  uint: 'use int()',
  type: 'types are not JSON',
};

/** Functions that an unknown one may have meant. */
export const FUNCTION_NAMES = ALLOWED;

/** Macros that run their last argument once for each item, under a name of their own. */
export const LOOPS: readonly string[] = ['all', 'exists', 'exists_one', 'map', 'filter'];

export const isAllowed = (name: string): boolean => ALLOWED.includes(name);

/** Why a function that CEL has is left out here. */
export const functionRefusal = (name: string): string | undefined =>
  Object.hasOwn(REFUSED, name) ? REFUSED[name] : undefined;

import { OPERATIONS } from './operations/operation-table.js';
import { OPERATION_NAMES, type OperationName } from './operations/operation-name.js';

export interface Route {
  readonly operation: OperationName;
  readonly params: ReadonlyMap<string, string>;
}

/** Undefined: the gateway knows no such path, or its encoding is invalid. */
export function findRoute(method: string, url: string): Route | undefined {
  const segments = pathOf(url).split('/').map(decoded);
  for (const operation of OPERATION_NAMES) {
    const row = OPERATIONS[operation];
    const params = row.method === method ? matchPath(`/api/v1${row.path}`, segments) : undefined;
    if (params !== undefined) return { operation, params };
  }
  return undefined;
}

export function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? '';
}

export function queryOf(url: string): URLSearchParams {
  const mark = url.indexOf('?');
  return new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1));
}

function matchPath(
  template: string,
  segments: readonly (string | undefined)[],
): ReadonlyMap<string, string> | undefined {
  const names = template.split('/');
  if (names.length !== segments.length) return undefined;
  const params = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    const segment = segments[index];
    if (segment === undefined) return undefined;
    const [param = '', values] = name.startsWith('{') ? name.slice(1, -1).split(':') : [];
    const fits = param === '' ? name === segment : isOneOf(segment, values);
    if (!fits) return undefined;
    if (param !== '') params.set(param, segment);
  }
  return params;
}

/** Without `values`, any text that is not empty. */
function isOneOf(segment: string, values: string | undefined): boolean {
  return values === undefined ? segment !== '' : values.split('|').includes(segment);
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

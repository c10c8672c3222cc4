import type { OperationInput, OperationName } from '../contract/operations.js';
import type { ExecuteOptions } from './client.js';
import { ENDPOINTS, type Endpoint } from './endpoints.js';
import { DataFlowInvalidInputError } from './errors.js';
import { problemOfId, problemOfPaging } from './ids.js';

/** Longest time limit that a timer of Node takes; a greater one would fire at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** What goes out for a call, before it is signed. */
export interface PlainRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** With the leading question mark; empty where there is none. */
  readonly query: string;
  readonly body: string | undefined;
}

type Members = Readonly<Record<string, unknown>>;

const idsIn = (path: string): readonly string[] =>
  Array.from(path.matchAll(/\{(\w+)\}/g), ([, name = '']) => name);

function problemOfQuery(name: string, value: unknown): string | undefined {
  if (name === 'page' || name === 'limit') return problemOfPaging(name, value);
  return value === undefined || (typeof value === 'string' && value !== '')
    ? undefined
    : `${name} must be a text; leave it out to have all`;
}

function problemsOfOptions(options: ExecuteOptions): readonly (string | undefined)[] {
  const { timeoutMs, notAfterMs, signedAtMs } = options;
  const isTimer = timeoutMs === undefined || (timeoutMs > 0 && timeoutMs <= LONGEST_TIMER_MS);
  const isEpoch = (ms: number | undefined) => ms === undefined || (Number.isFinite(ms) && ms > 0);
  return [
    isTimer ? undefined : `timeoutMs must be more than 0 ms and at most ${LONGEST_TIMER_MS}`,
    isEpoch(notAfterMs) ? undefined : 'notAfterMs must be epoch ms',
    isEpoch(signedAtMs) ? undefined : 'signedAtMs must be epoch ms',
  ];
}

/** @throws DataFlowInvalidInputError naming all that is wrong with input and options */
export function toRequest<Name extends OperationName>(
  name: Name,
  input: OperationInput<Name>,
  options: ExecuteOptions,
): PlainRequest {
  if (!Object.hasOwn(ENDPOINTS, name))
    throw new DataFlowInvalidInputError(name, ['the client has no such operation']);
  const endpoint: Endpoint<Name> = ENDPOINTS[name];
  const members = input as Members;
  const query = endpoint.query ?? [];
  const problems = [
    ...idsIn(endpoint.path).map((member) => problemOfId(member, members[member])),
    ...query.map((member) => problemOfQuery(member, members[member])),
    ...problemsOfOptions(options),
  ].filter((problem) => problem !== undefined);
  if (problems.length > 0) throw new DataFlowInvalidInputError(name, problems);
  return {
    method: endpoint.method,
    path: endpoint.path.replace(/\{(\w+)\}/g, (_, id: string) =>
      encodeURIComponent(members[id] as string),
    ),
    query: queryOf(query, members),
    body: bodyOf(endpoint.body ?? [], members),
  };
}

const givenOf = (names: readonly string[], members: Members) =>
  names.flatMap((name) => (members[name] === undefined ? [] : [[name, members[name]] as const]));

/** Percent-encoded as encodeURIComponent does, never with `+`: the signature covers the text as sent. */
function queryOf(names: readonly string[], members: Members): string {
  const pairs = givenOf(names, members).map(
    ([name, value]) => `${name}=${encodeURIComponent(value as string | number)}`,
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function bodyOf(names: readonly string[], members: Members): string | undefined {
  const given = givenOf(names, members);
  return given.length === 0 ? undefined : JSON.stringify(Object.fromEntries(given));
}

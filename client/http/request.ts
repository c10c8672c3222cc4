import type { OperationInput, OperationName } from '../../contract/operations.js';
import type { ExecuteOptions } from '../client.js';
import { ENDPOINTS, type Endpoint, type Method } from '../operations/endpoints.js';
import { DataFlowInvalidInputError } from '../errors.js';
import { inputProblems } from '../operations/input-problems.js';

/** Longest time limit that a timer of Node takes; a greater one would fire at once. */
const MAX_TIMER_MS = 2_147_483_647;

/** What goes out for a call, before it is signed. */
export interface PlainRequest {
  readonly method: Method;
  readonly path: string;
  /** With the leading question mark; empty where there is none. */
  readonly query: string;
  readonly body: string | undefined;
}

type Members = Readonly<Record<string, unknown>>;

function problemsOfOptions(options: ExecuteOptions): readonly (string | undefined)[] {
  const { timeoutMs, notAfterMs, signedAtMs } = options;
  const isTimer = timeoutMs === undefined || (timeoutMs > 0 && timeoutMs <= MAX_TIMER_MS);
  const isEpoch = (ms: number | undefined) => ms === undefined || (Number.isFinite(ms) && ms > 0);
  return [
    isTimer ? undefined : `timeoutMs must be more than 0 ms and at most ${MAX_TIMER_MS}`,
    isEpoch(notAfterMs) ? undefined : 'notAfterMs must be epoch ms',
    isEpoch(signedAtMs) ? undefined : 'signedAtMs must be epoch ms',
  ];
}

/** @throws DataFlowInvalidInputError naming all that is wrong with input and options */
export function toRequest<Name extends OperationName>(
  name: Name,
  input: OperationInput<Name>,
  options: ExecuteOptions,
  onOtherPath = false,
): PlainRequest {
  if (!Object.hasOwn(ENDPOINTS, name))
    throw new DataFlowInvalidInputError(name, ['the client has no such operation']);
  const endpoint: Endpoint<Name> = ENDPOINTS[name];
  const members = input as Members;
  const query = endpoint.query ?? [];
  const problems = [...inputProblems(name, input), ...problemsOfOptions(options)].filter(
    (problem) => problem !== undefined,
  );
  if (problems.length > 0) throw new DataFlowInvalidInputError(name, problems);
  return {
    method: endpoint.method,
    path: pathOf(endpoint, onOtherPath).replace(/\{(\w+)\}/g, (_, id: string) =>
      encodeURIComponent(members[id] as string),
    ),
    query: queryOf(query, members),
    body: bodyOf(endpoint.body ?? [], members),
  };
}

const pathOf = (
  { path, otherPath = path }: { readonly path: string; readonly otherPath?: string },
  onOtherPath: boolean,
): string => (onOtherPath ? otherPath : path);

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

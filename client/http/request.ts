import type { OperationInput, OperationName } from '../../contract/operations.js';
import type { ExecuteOptions } from '../client.js';
import { ENDPOINTS, type Endpoint, type Method } from '../operations/endpoints.js';
import { DataFlowInvalidInputError } from '../errors.js';
import { MAX_TIMER_MS } from './deadline.js';
import { inputProblems } from '../operations/input-schemas.js';

/** Request of a call, not signed yet. */
export interface PlainRequest {
  readonly method: Method;
  readonly path: string;
  /** With the leading question mark; empty if there is no query. */
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

/** @throws DataFlowInvalidInputError naming all problems of input and options */
export function toRequest<Name extends OperationName>(
  name: Name,
  input: OperationInput<Name>,
  options: ExecuteOptions,
  onOtherPath = false,
): PlainRequest {
  if (!Object.hasOwn(ENDPOINTS, name))
    throw new DataFlowInvalidInputError(name, ['the operation must be one of OPERATIONS']);
  const endpoint: Endpoint<Name> = ENDPOINTS[name];
  const { path, otherPath = path } = endpoint;
  const members = input as Members;
  const query = endpoint.query ?? [];
  const problems = [...inputProblems(name, input), ...problemsOfOptions(options)].filter(
    (problem) => problem !== undefined,
  );
  if (problems.length > 0) throw new DataFlowInvalidInputError(name, problems);
  return {
    method: endpoint.method,
    path: (onOtherPath ? otherPath : path).replace(/\{(\w+)\}/g, (_, id: string) =>
      encodeURIComponent(members[id] as string),
    ),
    query: queryOf(query, members),
    body: bodyOf(endpoint.body ?? [], members),
  };
}

const givenOf = (names: readonly string[], members: Members) =>
  names.flatMap((name) => (members[name] === undefined ? [] : [[name, members[name]] as const]));

/** Percent-encoded as by encodeURIComponent, never with `+`: the signature covers the text as sent. */
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

import type { FailureType } from '../../contract/failures.js';
import type { CredentialsRequest, CredentialsSource } from './credentials.js';
import type { Credentials } from '../http/signature.js';
import type { LookupResult, CredentialsProvider } from './provider.js';

/** Where keys were looked for, and what was there. Shows no key; for a doctor to print. */
export interface CredentialsReport {
  /** `unknown`: they come from a function of the caller's, which is not called for a report. */
  readonly found: boolean | 'unknown';
  /** Where the keys are that would be used now. */
  readonly place?: string;
  /** Access key id of the pair, its middle left out: enough to distinguish two accounts. */
  readonly keyId?: string;
  /** Why nothing was found. */
  readonly problem?: KeysProblem;
  /** End of validity of temporary keys, ISO 8601. */
  readonly validUntil?: string;
  /** Places looked at before, in order, each with what was there. */
  readonly lookedAt: readonly { readonly place: string; readonly finding: string }[];
  /** All of it as one sentence, with what to do where nothing was found. */
  readonly text: string;
}

/** Places in their order, behind a source that shows nothing of them when it is printed. */
export interface Chain {
  report(): Promise<CredentialsReport>;
  /** What is wrong for certain, known without the network; `undefined` if nothing is wrong or it is not known yet. */
  problemNow(): KeysProblem | undefined;
}

/** Why there is no pair of keys. */
export interface KeysProblem {
  /**
   * True: no place has any, or one could not be asked. False: a place has keys that cannot be used, and the next place could
   * belong to another account.
   */
  readonly noKeys: boolean;
  readonly what: string;
  /** Absent where `what` says what to do. */
  readonly remedy?: string;
}

/** As one sentence. */
export const keysText = ({ what, remedy }: KeysProblem): string =>
  remedy === undefined ? what : `${what}. ${remedy}`;

/** No place has keys. Its message names each of them. */
class NoKeysFound extends Error {
  override readonly name = 'NoKeysFound';
  readonly failure: FailureType;

  constructor(failure: FailureType, message: string) {
    super(message);
    this.failure = failure;
  }
}

type Found = Extract<LookupResult, { readonly kind: 'keys' }>;
type Missed = Exclude<LookupResult, Found>;

/** Result of a search: keys, or what each place had instead. */
interface Search {
  readonly found?: Found;
  readonly missed: readonly Missed[];
}

const CHAINS = new WeakMap<CredentialsSource, Chain>();

/** The chain behind a source that {@link createChain} made. */
export const chainOf = (source: CredentialsSource): Chain | undefined => CHAINS.get(source);

/** A source of keys that asks these places in this order at every call; each caches keys that are still valid. */
export function createChain(
  places: readonly CredentialsProvider[],
  remedy: string,
): CredentialsSource {
  const source = async (request: CredentialsRequest): Promise<Credentials> => {
    const { found, missed } = await search(places, request);
    if (found !== undefined) return found.keys;
    const isUnknown = missed.some(({ kind }) => kind === 'away');
    throw new NoKeysFound(
      isUnknown ? 'DataFlowUnavailable' : 'DataFlowUnauthenticated',
      keysText(problemOf(missed, remedy)),
    );
  };
  CHAINS.set(source, {
    report: async () => reportOf(await search(places, { refused: false }), remedy),
    problemNow: () => {
      const missed = missesNow(places);
      return missed && named(problemOf(missed, remedy));
    },
  });
  return source;
}

async function search(
  places: readonly CredentialsProvider[],
  request: CredentialsRequest,
): Promise<Search> {
  const missed: Missed[] = [];
  for (const place of places) {
    const look = await place.look(request);
    if (look.kind === 'keys') return { found: look, missed };
    missed.push(look);
    if (look.kind === 'wrong') break;
  }
  return { missed };
}

/** Result of the places that answer without the network, if it is final: none has keys, or one is wrong. */
function missesNow(places: readonly CredentialsProvider[]): readonly Missed[] | undefined {
  const missed: Missed[] = [];
  for (const place of places) {
    const look = place.isRemote ? undefined : place.look({ refused: false });
    if (look === undefined || look instanceof Promise || look.kind === 'keys') return undefined;
    missed.push(look);
    if (look.kind === 'wrong') break;
  }
  return missed;
}

const findingsOf = (missed: readonly Missed[]): string =>
  missed.map(({ place, finding }) => `${place}: ${finding}`).join('; ');

const problemOf = (missed: readonly Missed[], remedy: string): KeysProblem =>
  missed.some(({ kind }) => kind === 'wrong')
    ? { noKeys: false, what: findingsOf(missed.slice(-1)) }
    : { noKeys: true, what: findingsOf(missed), remedy };

const named = (problem: KeysProblem): KeysProblem => ({
  ...problem,
  what: `no credentials: ${problem.what}`,
});

/** Ids of ncloud begin alike, so the end is shown as well; of a short one hardly anything. */
const shortKeyId = (accessKey: string): string =>
  accessKey.length < 12
    ? `${accessKey.slice(0, 2)}…`
    : `${accessKey.slice(0, 4)}…${accessKey.slice(-4)}`;

function reportOf({ found, missed }: Search, remedy: string): CredentialsReport {
  const lookedAt = missed.map(({ place, finding }) => ({ place, finding }));
  if (found === undefined) {
    const problem = named(problemOf(missed, remedy));
    return { found: false, problem, lookedAt, text: keysText(problem) };
  }
  const { place, validUntilMs, keys } = found;
  const keyId = shortKeyId(keys.accessKey);
  if (validUntilMs === undefined)
    return { found: true, place, keyId, lookedAt, text: `keys from ${place}` };
  const validUntil = new Date(validUntilMs).toISOString();
  const text = `keys from ${place}, valid until ${validUntil}`;
  return { found: true, place, keyId, validUntil, lookedAt, text };
}

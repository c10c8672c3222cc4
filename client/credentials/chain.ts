import type { FailureType } from '../../contract/failures.js';
import type { CredentialsRequest, CredentialsSource } from './credentials.js';
import type { Credentials } from '../http/signature.js';

/** Result of one place. Its texts hold no key. */
export type LookupResult =
  | {
      readonly kind: 'keys';
      /** E.g. `file ~/.ncloud/configure, section [prod]`. */
      readonly place: string;
      /** Both halves were read at one moment. */
      readonly keys: Credentials;
      /** Epoch ms. Absent: permanent keys. */
      readonly validUntilMs?: number;
    }
  | {
      /**
       * `none`: no keys here; the next place is asked. `wrong`: keys were meant to be here; the next place is not
       * asked, because its keys could belong to another account. `away`: the place could not be asked.
       */
      readonly kind: 'none' | 'wrong' | 'away';
      readonly place: string;
      readonly finding: string;
    };

export interface CredentialsProvider {
  /** Whether a lookup needs the network. Other places answer at once. */
  readonly isRemote: boolean;
  /** Never throws and never rejects. */
  look(request: CredentialsRequest): LookupResult | Promise<LookupResult>;
}

/** Places where keys were looked for, and the findings. It holds no secret, so it can be printed. */
export interface CredentialsReport {
  /** `unknown`: keys come from a function of the caller, which a report does not call. */
  readonly found: boolean | 'unknown';
  /** Place of the keys that would be used now. */
  readonly place?: string;
  /** Access key id without its middle: enough to tell two accounts apart. */
  readonly keyId?: string;
  readonly problem?: KeysProblem;
  /** End of validity of temporary keys, ISO 8601. */
  readonly validUntil?: string;
  /** Places that were looked at before, in order. */
  readonly lookedAt: readonly { readonly place: string; readonly finding: string }[];
  /** The report as one sentence; if nothing was found, with what to do. */
  readonly text: string;
}

/** Places of keys in their order. */
interface Chain {
  report(): Promise<CredentialsReport>;
  /**
   * A problem that is certain without a call over the network; `undefined`: there is none, or it is not known yet.
   */
  problemNow(): KeysProblem | undefined;
}

/** Why there is no pair of keys. */
export interface KeysProblem {
  /**
   * True: no place has keys, or one could not be asked. False: a place has keys that cannot be used. The next place
   * is then not asked, because its keys could belong to another account.
   */
  readonly noKeys: boolean;
  readonly what: string;
  /** Absent where `what` says what to do. */
  readonly remedy?: string;
}

export const keysText = ({ what, remedy }: KeysProblem): string =>
  remedy === undefined ? what : `${what}. ${remedy}`;

/** The message names each place. */
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

interface Search {
  readonly found?: Found;
  readonly missed: readonly Missed[];
}

const CHAINS = new WeakMap<CredentialsSource, Chain>();

export const chainOf = (source: CredentialsSource): Chain | undefined => CHAINS.get(source);

/**
 * Asks these places in this order at every call. Each place caches its valid keys. Printing the source shows none of
 * them.
 */
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

/** Findings of the places that need no network, if they are final: none has keys, or one is wrong. */
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

/** Access key ids of NAVER Cloud begin alike, so the end is shown as well. */
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

import type { LookupResult, CredentialsProvider } from './chain.js';
import type { Credentials } from '../http/signature.js';

export type RoleAnswer =
  | { readonly kind: 'role'; readonly role: RoleKeys }
  | { readonly kind: 'none' | 'wrong' | 'away'; readonly finding: string };

interface ServerRoleOptions {
  /** Never rejects. */
  readonly fetchRole: () => Promise<RoleAnswer>;
  /** Epoch ms. */
  readonly nowMs: () => number;
}

const PLACE = 'server role';

/**
 * Keys of the role of a VPC server (NOTES §7.3). Callers at the same time share one fetch. Keys are fetched again
 * before they end, and when the service refuses them. If that fails, keys that are still valid are used.
 */
export function createServerRole({ fetchRole, nowMs }: ServerRoleOptions): CredentialsProvider {
  let held: RoleKeys | undefined;
  let triedAtMs = -Infinity;
  let flight: Promise<RoleAnswer> | undefined;

  const fetchOnce = async (): Promise<RoleAnswer> => {
    triedAtMs = nowMs();
    const answer = await fetchRole();
    if (answer.kind === 'role') held = answer.role;
    flight = undefined;
    return answer;
  };
  const refresh = (): Promise<RoleAnswer> => (flight ??= fetchOnce());
  const heldNow = ({ role, keys, expiresAtMs }: RoleKeys): LookupResult => ({
    kind: 'keys',
    place: `${PLACE} ${role}`,
    keys,
    validUntilMs: expiresAtMs,
  });

  return {
    isRemote: true,
    look: async ({ refused }) => {
      const step = roleStep({ held, triedAtMs, nowMs: nowMs(), refused });
      if (held !== undefined && step === 'beside') void refresh();
      if (held !== undefined && step !== 'first') return heldNow(held);
      const answer = await refresh();
      if (answer.kind === 'role') return heldNow(answer.role);
      if (held === undefined) return { ...answer, place: PLACE };
      if (nowMs() < held.expiresAtMs) return heldNow(held);
      const finding = `its keys have expired, and fetching new ones failed: ${answer.finding}`;
      return { kind: 'away', place: PLACE, finding };
    },
  };
}

/** Keys that a server role gave. */
interface RoleKeys {
  readonly role: string;
  readonly keys: Credentials;
  readonly expiresAtMs: number;
  readonly fetchedAtMs: number;
}

/** Time before their end at which keys are fetched anew, in ms. */
const REFRESH_BEFORE_MS = 300_000;
/** Pause between two fetches while the present keys are valid, in ms. */
const TRY_PAUSE_MS = 30_000;
/** Refused keys that are younger than this are not fetched again: many calls are refused at once. */
export const REFUSED_PAUSE_MS = 2_000;

/** `use`: use the keys; `beside`: use them, and refresh them meanwhile; `first`: wait for new keys. */
type RoleStep = 'use' | 'beside' | 'first';

/** Decides what to do when keys are asked for. Times are epoch ms of this process. */
export function roleStep({
  held,
  triedAtMs,
  nowMs,
  refused,
}: {
  readonly held: RoleKeys | undefined;
  /** Start of the latest fetch, successful or not. */
  readonly triedAtMs: number;
  readonly nowMs: number;
  readonly refused: boolean;
}): RoleStep {
  if (held === undefined) return 'first';
  const ageMs = nowMs - held.fetchedAtMs;
  if (refused) return ageMs >= 0 && ageMs < REFUSED_PAUSE_MS ? 'use' : 'first';
  // Keys that were just fetched are used although they seem expired: the clock of this process may be wrong.
  if (nowMs >= held.expiresAtMs) return ageMs >= 0 && ageMs < TRY_PAUSE_MS ? 'use' : 'first';
  const isDue = nowMs >= held.expiresAtMs - REFRESH_BEFORE_MS;
  return isDue && Math.abs(nowMs - triedAtMs) >= TRY_PAUSE_MS ? 'beside' : 'use';
}

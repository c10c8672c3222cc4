import type { LookupResult, CredentialsProvider } from './provider.js';
import { roleStep, type RoleKeys } from './role-step.js';

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

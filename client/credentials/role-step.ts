import type { Credentials } from '../http/signature.js';

/** Keys that a server role gave. */
export interface RoleKeys {
  readonly role: string;
  readonly keys: Credentials;
  readonly expiresAtMs: number;
  readonly fetchedAtMs: number;
}

/** Time before their end at which keys are fetched anew, in ms. */
export const REFRESH_BEFORE_MS = 300_000;
/** Pause between two fetches while the present keys are valid, in ms. */
export const TRY_PAUSE_MS = 30_000;
/** Refused keys that are younger than this are not fetched again: many calls are refused at once. */
export const REFUSED_PAUSE_MS = 2_000;

/** `use`: use the keys; `beside`: use them, and refresh them meanwhile; `first`: wait for new keys. */
export type RoleStep = 'use' | 'beside' | 'first';

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

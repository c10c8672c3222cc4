import type { Credentials } from '../http/signature.js';

/** Keys that a server role gave. */
export interface RoleKeys {
  readonly role: string;
  readonly keys: Credentials;
  readonly expiresAtMs: number;
  readonly fetchedAtMs: number;
}

/** From this long before their end keys are fetched anew, in ms. */
export const REFRESH_BEFORE_MS = 300_000;
/** Pause between two attempts while the present keys are still valid, in ms. */
export const TRY_PAUSE_MS = 30_000;
/** Keys younger than this are not fetched again because they were refused: many calls are refused at once. */
export const REFUSED_PAUSE_MS = 2_000;

/** `use` the keys as they are; use them and refresh `beside`; refresh `first` and wait for it. */
export type RoleStep = 'use' | 'beside' | 'first';

/** What to do when keys are asked for. Times are epoch ms of this process. */
export function roleStep({
  held,
  triedAtMs,
  nowMs,
  refused,
}: {
  readonly held: RoleKeys | undefined;
  /** When a fetch last began, well or not. */
  readonly triedAtMs: number;
  readonly nowMs: number;
  readonly refused: boolean;
}): RoleStep {
  if (held === undefined) return 'first';
  const ageMs = nowMs - held.fetchedAtMs;
  if (refused) return ageMs >= 0 && ageMs < REFUSED_PAUSE_MS ? 'use' : 'first';
  // What was just fetched is used even where this clock takes it for expired: the clock may be wrong.
  if (nowMs >= held.expiresAtMs) return ageMs >= 0 && ageMs < TRY_PAUSE_MS ? 'use' : 'first';
  const isDue = nowMs >= held.expiresAtMs - REFRESH_BEFORE_MS;
  return isDue && Math.abs(nowMs - triedAtMs) >= TRY_PAUSE_MS ? 'beside' : 'use';
}

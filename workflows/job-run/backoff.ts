import { MAX_RETRY_AFTER_MS } from '../../contract/timings.js';
import type { RunPlan } from './request.js';

const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 300_000;

/**
 * Pause before a new permit (docs/submit-protocol.md, rule 11): the requested Retry-After, otherwise doubling from 1 s
 * to 5 min. Jitter keeps many workflows from returning at once. Never shorter than Retry-After, up to its cap.
 */
export function permitPauseMs(
  permitsTaken: number,
  retryAfterMs: number | undefined,
  random: number,
): number {
  const asked = Math.min(retryAfterMs ?? 0, MAX_RETRY_AFTER_MS - FIRST_PAUSE_MS);
  if (asked > 0) return asked + Math.round(FIRST_PAUSE_MS * random);
  const doubled = Math.min(FIRST_PAUSE_MS * 2 ** Math.max(0, permitsTaken - 1), MAX_PAUSE_MS);
  return Math.round(doubled * (0.5 + random / 2));
}

/** Pause before the next attempt of a job retry: Temporal's formula. */
export function retryPauseMs(plan: RunPlan, attempt: number): number {
  const grown = plan.initialIntervalMs * plan.backoffCoefficient ** (attempt - 1);
  return Math.round(Math.min(grown, plan.maximumIntervalMs));
}

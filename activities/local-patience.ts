import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { Reader } from './shared-reads.js';

/** Longest time until the first call of a local activity begins. */
const FIRST_CALL_MS = 250;
/** Time without local activities after one that took too long. */
const AGAIN_AFTER_MS = 10_000;

/**
 * Makes a local activity fail early. It holds its workflow task, which cancels and queries wait for, and one of the
 * worker's few slots for such tasks. If calls have to wait, or the service is slow, it fails at once, and the regular
 * activity does the work.
 */
export interface LocalPatience {
  /** Runs `act`. In a regular activity there is no limit. */
  within<Value>(signal: AbortSignal, act: (reader: Reader) => Promise<Value>): Promise<Value>;
}

/** @param nowMs a monotonic clock */
export function createLocalPatience(nowMs = (): number => performance.now()): LocalPatience {
  let againMs = -Infinity;
  return {
    within: async (signal, act) => {
      if (!activityInfo().isLocal) return await act({ signal, begun: () => undefined });
      if (nowMs() < againMs) throw gaveWay('an earlier local activity took too long');
      const tooLate = new AbortController();
      const timer = setTimeout(() => {
        tooLate.abort(gaveWay('its calls have to wait for the rate limit of the profile'));
      }, FIRST_CALL_MS);
      const begun = (): void => {
        clearTimeout(timer);
      };
      const either = AbortSignal.any([signal, tooLate.signal]);
      try {
        return await act({ signal: either, begun });
      } finally {
        clearTimeout(timer);
        if (either.aborted) againMs = nowMs() + AGAIN_AFTER_MS;
      }
    },
  };
}

const gaveWay = (why: string): ApplicationFailure =>
  ApplicationFailure.create({
    type: 'GaveWay',
    message: `${why}: the regular activity does the work`,
    nonRetryable: true,
    category: ApplicationFailureCategory.BENIGN,
  });

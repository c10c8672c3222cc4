import type { DataFlowClient } from '../client/client.js';
import { DataFlowCallError } from '../client/errors.js';
import { DATE_STEP_MARGIN_MS, type Timings } from '../contract/timings.js';

/** Where warnings go: meaning, and what it is about. */
export type Warn = (message: string, about: Readonly<Record<string, unknown>>) => void;

/**
 * Learns once whether the gateway takes dates as old as an expiring POST carries (design §6, rule 2): by a read
 * signed with such a date, never by a submit. Where it does not, the profile goes on with plain dates and says so.
 * While the trial itself fails for other reasons it counts as taken: a submit that is refused for its date is
 * proven not to have started anything.
 */
export function createOldDatesTrial(
  client: DataFlowClient,
  { postMs, signatureAgeMs, expiringPost }: Timings,
  warn: Warn,
): () => Promise<boolean> {
  if (expiringPost === 'off') return () => Promise.resolve(false);
  // The age that the date of a POST has as its permit runs out.
  const ageMs = signatureAgeMs - postMs - DATE_STEP_MARGIN_MS;
  const isRefused = async (signedAtMs?: number): Promise<boolean> => {
    try {
      await client.call('getJobs', { limit: 1 }, signedAtMs === undefined ? {} : { signedAtMs });
      return false;
    } catch (error) {
      if (error instanceof DataFlowCallError && error.failure === 'DataFlowUnauthenticated')
        return true;
      throw error;
    }
  };
  const trial = async (): Promise<boolean | undefined> => {
    try {
      if (await isRefused()) return undefined; // keys or clock: nothing to learn. It also corrects the clock.
      return !(await isRefused(Math.floor(client.serviceClock.earliestMs() - ageMs)));
    } catch (error) {
      if (error instanceof DataFlowCallError) return undefined;
      throw error;
    }
  };
  let warned = false;
  let learning: Promise<boolean | undefined> | undefined;
  return async () => {
    const asked = (learning ??= trial());
    const known = await asked;
    if (known === undefined && learning === asked) learning = undefined; // tried again next time
    if (known === false && !warned) {
      warned = true;
      warn(
        'the gateway refuses dates as old as an expiring POST needs: going on with plain dates. A worker that freezes ' +
          'between its check and its POST, and thaws later, can then start a job twice. Check signatureAgeMs.',
        { signatureAgeMs, triedAgeMs: ageMs },
      );
    }
    return known ?? true;
  };
}

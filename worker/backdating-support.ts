import type { BackdatingSupport } from '../activities/profile.js';
import type { DataFlowClient } from '../client/client.js';
import { DataFlowCallError } from '../client/errors.js';
import { DATE_STEP_MARGIN_MS, type Timings } from '../contract/timings.js';

/** Receiver of warnings. `about`: fields of the log line, e.g. the profile. */
export type Warn = (message: string, about: Readonly<Record<string, unknown>>) => void;

/** Limit of a trial, so that it does not delay the submit. */
const TRIAL_MS = 5_000;
/** Time after which a rejection is tried again: the Date header or a clock may have been wrong for a while. */
const AGAIN_AFTER_MS = 300_000;

/** Whether the gateway refuses a read that is signed with this date, by default the present one. */
async function isRefused(client: DataFlowClient, signedAtMs?: number): Promise<boolean> {
  try {
    const date = signedAtMs !== undefined && { signedAtMs };
    await client.call('getJobs', { limit: 1 }, { timeoutMs: TRIAL_MS, ...date });
    return false;
  } catch (error) {
    if (error instanceof DataFlowCallError && error.failure === 'DataFlowUnauthenticated')
      return true;
    throw error;
  }
}

/** Whether dates of this age are accepted; undefined if this trial did not show it. */
async function tryOldDate(
  client: DataFlowClient,
  ageMs: number,
  maxSignatureAgeMs: number,
): Promise<boolean | undefined> {
  try {
    if (await isRefused(client)) return undefined; // keys or clock are wrong: the trial would show nothing
    const datedMs = Math.floor(client.serviceClock.earliestMs() - ageMs);
    if (!(await isRefused(client, datedMs))) return true;
    // A request that was in transit for too long is rejected for its age: the trial shows nothing.
    return client.serviceClock.latestMs() - datedMs > maxSignatureAgeMs ? undefined : false;
  } catch (error) {
    if (error instanceof DataFlowCallError) return undefined;
    throw error;
  }
}

/**
 * Learns whether the gateway accepts dates as old as that of an expiring POST (docs/submit-protocol.md, rule 2): by a
 * read with such a date, never by a submit. If it does not, POSTs of the profile have plain dates, and a warning is
 * logged. While the trial fails for other reasons, old dates count as accepted: a submit that is refused for its date
 * has started nothing.
 */
export function createBackdatingTrial(
  client: DataFlowClient,
  { submitTimeoutMs, maxSignatureAgeMs, backdateSubmit }: Timings,
  warn: Warn,
  nowMs: () => number = () => performance.now(),
): BackdatingSupport {
  if (backdateSubmit === 'off') return { learn: () => Promise.resolve(), areTaken: () => false };
  // Age of the date of a POST when its permit ends.
  const ageMs = maxSignatureAgeMs - submitTimeoutMs - DATE_STEP_MARGIN_MS;
  let learning: Promise<void> | undefined;
  let known: boolean | undefined;
  let triedAtMs = -Infinity;
  const learn = async (): Promise<void> => {
    const before = known;
    known = (await tryOldDate(client, ageMs, maxSignatureAgeMs)) ?? before;
    triedAtMs = nowMs();
    if (known !== true) learning = undefined; // tried again
    if (known === false && before !== false)
      warn(REFUSED, { maxSignatureAgeMs, triedAgeMs: ageMs });
  };
  return {
    learn: async () => {
      if (known === false && nowMs() - triedAtMs < AGAIN_AFTER_MS) return;
      await (learning ??= learn());
    },
    areTaken: () => known ?? true,
  };
}

const REFUSED =
  'the gateway refuses dates as old as an expiring POST needs, so POSTs have plain dates. A worker that freezes ' +
  'between its check and its POST, and thaws later, can then start a job twice. Check maxSignatureAgeMs.';

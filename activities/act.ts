import { Context } from '@temporalio/activity';
import { type About, toFailure } from './failure.js';

/** Heartbeat of the short acts; their heartbeat timeout is 10 s. */
export const BEAT_MS = 2_500;

/** What an act may ask of the activity that it runs in. */
export interface Act {
  readonly signal: AbortSignal;
  readonly attempt: number;
  /** Sends this as heartbeat details, now and with every further beat. */
  readonly note: (details: unknown) => void;
}

/**
 * Runs an act with heartbeats, the first at once; turns errors of the client into failures. An act that was
 * interrupted rethrows the SDK's own CancelledFailure, so that a worker that stops hands over.
 */
export async function act<Value>(
  about: About,
  beatMs: number,
  fn: (act: Act) => Promise<Value>,
): Promise<Value> {
  const context = Context.current();
  let details: unknown = context.info.heartbeatDetails;
  const beat = (): void => {
    context.heartbeat(details);
  };
  const note = (next: unknown): void => {
    details = next;
    beat();
  };
  beat();
  const timer = setInterval(beat, beatMs);
  const { cancellationSignal: signal, info } = context;
  try {
    return await fn({ signal, attempt: info.attempt, note });
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw toFailure(error, about, info.attempt);
  } finally {
    clearInterval(timer);
  }
}

/** Waits; rejects with the signal's reason when it aborts first. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}

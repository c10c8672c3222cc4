import type { SeenRequest } from '../client/http/seen-request.js';
import type { RateLimiter } from '../polling/rate-limiter.js';
import type { HubSnapshot } from '../polling/status-hub.js';
import type { Meters } from './meters.js';

/** Contact with the service, on a monotonic clock. */
export interface ServiceContact {
  /** Its last answer that shows it working; undefined: none yet. */
  readonly answeredMs: number | undefined;
  /** Result of the last request, if it shows that the service does not work. */
  readonly trouble: string | undefined;
}

/** Writes the metrics of one profile, and records contact with its service. */
export interface ProfileWatch {
  readonly onRequest: (seen: SeenRequest) => void;
  readonly contact: () => ServiceContact;
  /** Of the budget: what it allows at present, and callers that wait for it. */
  sample(
    hub: Pick<HubSnapshot, 'waiters' | 'executions' | 'callsSaved'>,
    rateLimiter: Pick<RateLimiter, 'callsPerSecond' | 'queued'>,
  ): void;
}

export function watchProfile(profile: string, meters: Meters, nowMs: () => number): ProfileWatch {
  let contact: ServiceContact = { answeredMs: undefined, trouble: undefined };
  let sent = 0;
  let saved = 0;
  let last = { sent, atMs: nowMs() };
  return {
    contact: () => contact,
    onRequest: (seen) => {
      contact = afterExchange(contact, seen, nowMs());
      const operation = seen.call;
      meters.count('apiCalls', { profile, operation, outcome: outcomeOf(seen) });
      if (seen.sent === 'no') return;
      sent += 1;
      meters.record('apiCallSeconds', seen.tookMs / 1_000, { profile, operation });
    },
    sample: (hub, { queued, callsPerSecond }) => {
      meters.set('waiters', hub.waiters, { profile });
      meters.set('waitedFor', hub.executions, { profile });
      meters.set('budgetLimit', callsPerSecond, { profile });
      meters.set('budgetQueue', queued, { profile });
      // The hub's figure falls while calls fail; a counter must not.
      const more = Math.max(0, hub.callsSaved - saved);
      meters.count('callsSaved', { profile }, more);
      saved += more;
      const now = { sent, atMs: nowMs() };
      const allowed = ((now.atMs - last.atMs) / 1_000) * callsPerSecond;
      meters.set('budgetUsed', allowed > 0 ? (now.sent - last.sent) / allowed : 0, { profile });
      last = now;
    },
  };
}

/** The label of a request: what an operator would do about it. */
export function outcomeOf({ sent, aborted, failure }: SeenRequest): string {
  if (sent === 'no') return 'not_sent';
  if (aborted) return 'aborted';
  if (sent === 'maybe') return 'no_answer';
  return failure ?? 'ok';
}

/**
 * Whether a request shows that the service works. A rejection does; 5xx and no response do not; a request that we did
 * not send says nothing.
 */
export function afterExchange(
  contact: ServiceContact,
  { call, sent, status, aborted, failure }: SeenRequest,
  nowMs: number,
): ServiceContact {
  if (status !== undefined && status < 500) return { answeredMs: nowMs, trouble: undefined };
  if (aborted || (sent === 'no' && failure === 'DataFlowNotSent')) return contact;
  const what = status === undefined ? 'no answer' : `answer ${status}`;
  return { ...contact, trouble: `${what} to ${call}` };
}

import { expect, it } from 'vitest';
import type { DataFlowClient } from '../../../client/client.js';
import { OPERATION_NAMES } from '../../../contract/operation-names.js';
import { OPERATIONS } from '../../../contract/operations.js';
import type { Priority } from '../../../polling/rate-limiter.js';
import { rateLimitedClient } from '../../../polling/rate-limited-client.js';

it.each(OPERATION_NAMES)(
  'a call of %s is taken from the budget once, ahead of reads where it starts or stops something',
  async (name) => {
    const events: string[] = [];
    const rateLimiter = {
      queued: 0,
      callsPerSecond: 5,
      answered: () => undefined,
      throttled: () => undefined,
      acquire: (_: AbortSignal | undefined, priority: Priority = 'normal') => {
        events.push(priority);
        return Promise.resolve();
      },
    };
    const client = {
      call: () => {
        events.push('called');
        return Promise.resolve({ output: true, dateMs: undefined });
      },
    } as unknown as DataFlowClient;
    await rateLimitedClient(client, rateLimiter).call(name, {});
    const startsOrStops = !OPERATIONS[name].idempotent || name === 'cancelJobExecution';
    expect(events).toEqual([startsOrStops ? 'high' : 'normal', 'called']);
    events.length = 0;
    await rateLimitedClient(client, rateLimiter, 'watch').call(name, {});
    expect(events).toEqual([startsOrStops ? 'high' : 'watch', 'called']);
  },
);

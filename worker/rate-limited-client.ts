import type { DataFlowClient } from '../client/client.js';
import { OPERATIONS, type OperationName } from '../contract/operations.js';
import type { RateLimiter, Priority } from '../polling/rate-limiter.js';

/** Calls that change something go first: a status read can wait, a start under a permit cannot. */
const isHighPriority = (name: OperationName): boolean =>
  !OPERATIONS[name].idempotent || name === 'cancelJobExecution';

/** The client, each call of which comes out of the profile's budget. `reads`: how urgent those calls are that change nothing. */
export const rateLimitedClient = (
  client: DataFlowClient,
  budget: RateLimiter,
  reads: Priority = 'normal',
): DataFlowClient => ({
  serviceClock: client.serviceClock,
  close: () => client.close(),
  call: async (name, input, options) => {
    await budget.take(options?.signal, isHighPriority(name) ? 'high' : reads);
    return await client.call(name, input, options);
  },
});

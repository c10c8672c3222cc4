import type { DataFlowClient } from '../client/client.js';
import { OPERATIONS, type OperationName } from '../contract/operations.js';
import { toCallFailure } from './call-failure.js';
import type { Priority, RateLimiter } from './rate-limiter.js';

/** Writes go first: a submit under a permit cannot wait. */
const isHighPriority = (name: OperationName): boolean =>
  !OPERATIONS[name].idempotent || name === 'cancelJobExecution';

/**
 * * Wraps the client: each call waits for the rate limiter, and each answer adapts the rate. * @param reads priority
 * of reads; `acquired`: callers acquire every call themselves
 */
export const rateLimitedClient = (
  client: DataFlowClient,
  rateLimiter: Pick<RateLimiter, 'acquire' | 'answered' | 'throttled'>,
  reads: Priority | 'acquired' = 'normal',
): DataFlowClient => ({
  serviceClock: client.serviceClock,
  close: () => client.close(),
  call: async (name, input, options) => {
    if (reads !== 'acquired')
      await rateLimiter.acquire(options?.signal, isHighPriority(name) ? 'high' : reads);
    try {
      const answer = await client.call(name, input, options);
      rateLimiter.answered();
      return answer;
    } catch (error) {
      const { failure, retryAfterMs } = toCallFailure(error);
      if (isThrottled(failure, error)) rateLimiter.throttled(retryAfterMs);
      throw error;
    }
  },
});

/** A 429 counts also if its code means another failure. */
const isThrottled = (failure: string | undefined, error: unknown): boolean =>
  failure === 'DataFlowThrottled' || (error as { readonly status?: unknown }).status === 429;

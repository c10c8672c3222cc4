import type { DataFlowClient } from '../client/client.js';
import type { RateLimiter } from './rate-limiter.js';
import { toCallFailure } from './call-failure.js';

/** The client, each answer of which tells the budget whether the service wants fewer calls. Takes nothing from the budget. */
export const heedfulClient = (
  client: DataFlowClient,
  budget: Pick<RateLimiter, 'answered' | 'throttled'>,
): DataFlowClient => ({
  serviceClock: client.serviceClock,
  close: () => client.close(),
  call: async (name, input, options) => {
    try {
      const answer = await client.call(name, input, options);
      budget.answered();
      return answer;
    } catch (error) {
      const { failure, retryAfterMs } = toCallFailure(error);
      if (isThrottled(failure, error)) budget.throttled(retryAfterMs);
      throw error;
    }
  },
});

/** A 429 to a start is another failure type (it proves that nothing was started); the status tells it all the same. */
const isThrottled = (failure: string | undefined, error: unknown): boolean =>
  failure === 'DataFlowThrottled' || (error as { readonly status?: unknown }).status === 429;

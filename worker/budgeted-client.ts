import type { DataFlowClient } from '../client/client.js';
import { OPERATIONS, type OperationName } from '../contract/operations.js';
import type { CallBudget, Urgency } from '../polling/budget.js';

/** Calls that change something go first: a status read can wait, a start under a permit cannot. */
const isUrgent = (name: OperationName): boolean =>
  !OPERATIONS[name].idempotent || name === 'cancelJobExecution';

/** The client, each call of which comes out of the profile's budget. `reads`: how urgent those calls are that change nothing. */
export const budgetedClient = (
  client: DataFlowClient,
  budget: CallBudget,
  reads: Urgency = 'usual',
): DataFlowClient => ({
  serviceClock: client.serviceClock,
  close: () => client.close(),
  call: async (name, input, options) => {
    await budget.take(options?.signal, isUrgent(name) ? 'urgent' : reads);
    return await client.call(name, input, options);
  },
});

import { setMaxListeners } from 'node:events';
import type { Connection } from './http/attempt.js';
import { callService } from './http/call.js';
import type { DataFlowClient } from './client.js';
import { createServiceClock } from './http/service-clock.js';
import { createDispatcher } from './http/dispatcher.js';
import type { DataFlowClientOptions } from './options.js';
import { readOptions } from './settings.js';

/**
 * Creates a client of the service. It opens no socket before the first call. `util.inspect` and `JSON.stringify` of it
 * show no key.
 * @throws DataFlowInvalidInputError naming all options that are wrong
 */
export function createDataFlowClient(options: DataFlowClientOptions = {}): DataFlowClient {
  const settings = readOptions(options);
  const closing = new AbortController();
  setMaxListeners(0, closing.signal); // each call in progress adds a listener
  const clock = createServiceClock(settings.clock);
  const connection: Connection = {
    settings,
    dispatcher: settings.dispatcher ?? createDispatcher(settings),
    clock,
    onOtherPath: new Set(),
    closing: closing.signal,
  };
  return Object.freeze<DataFlowClient>({
    call: (name, input, callOptions) => callService(connection, name, input, callOptions ?? {}),
    serviceClock: Object.freeze({
      earliestMs: () => clock.earliestMs(),
      atLeastMs: () => clock.atLeastMs(),
      latestMs: () => clock.latestMs(),
      isMeasured: () => clock.isMeasured(),
    }),
    close: async () => {
      closing.abort();
      if (settings.dispatcher === undefined) await connection.dispatcher.destroy();
    },
  });
}

import { createEchoMemory } from '../activities/echo.js';
import type { Profile } from '../activities/profile.js';
import { createDataFlowClient } from '../client/create-client.js';
import type { DataFlowClientOptions } from '../client/options.js';
import { createCallBudget } from '../polling/budget.js';
import { createStatusHub } from '../polling/hub.js';
import { createNewestReader } from '../polling/newest-executions.js';
import { createPlaceWatch } from '../polling/place-watch.js';
import { budgetedClient } from './budgeted-client.js';
import { createOldDatesTrial, type Warn } from './old-dates.js';
import type { ProfileSettings } from './profile-options.js';

/** A profile at work, and how to end it. */
export interface OpenProfile extends Profile {
  close(): Promise<void>;
}

/** What a profile is made of: all of its client, and what is ours. */
type Parts = DataFlowClientOptions & Pick<ProfileSettings, 'callsPerSecond' | 'timings'>;

/**
 * Makes a profile's client, budget and status hub. Opens no socket and starts no timer before the first use.
 * @throws DataFlowInvalidInputError naming all options of the client that are wrong
 */
export function openProfile(name: string, settings: Parts, warn: Warn): OpenProfile {
  const { callsPerSecond, timings, ...clientOptions } = settings;
  const plain = createDataFlowClient(clientOptions);
  const budget = createCallBudget({ callsPerSecond });
  const client = budgetedClient(plain, budget);
  const newest = createNewestReader(plain, { budget });
  const { minPollMs, maxPollMs, visibleWithinMs } = timings;
  const hub = createStatusHub({
    client: plain, // the hub takes from the budget itself
    settings: { minPollMs, maxPollMs, visibleWithinMs },
    budget,
    newest,
    log: {
      warn: (message, about) => {
        warn(message, { profile: name, ...about });
      },
    },
  });
  return {
    name,
    client,
    hub,
    newest,
    timings,
    echo: createEchoMemory(),
    places: createPlaceWatch({ client, newest, settings: { minPollMs, maxPollMs } }),
    oldDates: createOldDatesTrial(client, timings, (message, about) => {
      warn(message, { profile: name, ...about });
    }),
    close: async () => {
      await hub.close();
      await plain.close();
    },
  };
}

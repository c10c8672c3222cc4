import { createRoundTripFields } from '../activities/round-trip-fields.js';
import type { Profile } from '../activities/profile.js';
import type { DataFlowClient } from '../client/client.js';
import { createDataFlowClient } from '../client/create-client.js';
import type { DataFlowClientOptions } from '../client/options.js';
import { serviceOrigin } from '../client/settings.js';
import { type RateLimiter, createRateLimiter } from '../polling/rate-limiter.js';
import { createStatusHub } from '../polling/status-hub.js';
import { createNewestReader } from '../polling/newest-executions.js';
import { createCapacityWatcher } from '../polling/capacity-watcher.js';
import { rateLimitedClient } from '../polling/rate-limited-client.js';
import { createMeters, type Meters } from './metrics.js';
import { createBackdatingTrial, type Warn } from './backdating-support.js';
import type { ProfileSettings } from './profile-options.js';
import { type ServiceContact, watchProfile } from './metrics.js';

export interface OpenProfile extends Profile {
  /** Contact with the service, with times of `performance.now()`. */
  contact(): ServiceContact;
  /** Writes the gauges of waits and of the rate limiter. */
  sample(): void;
  /** Ends its calls, timers and sockets. The next use opens it again. */
  close(): Promise<void>;
}

/** The client's options, and those of the profile. */
type Parts = DataFlowClientOptions &
  Pick<ProfileSettings, 'callsPerSecond' | 'timings'> &
  Partial<Pick<ProfileSettings, 'statusCallsPerMinute'>>;

/**
 * Makes a profile's client, rate limiter and status hub. Opens no socket and starts no timer before the first use. It
 * may be used again after it was closed, because one of two workers that share it may end before the other begins.
 * @throws DataFlowInvalidInputError naming all problems of the client's options
 */
export function openProfile(
  name: string,
  settings: Parts,
  warn: Warn,
  meters: Meters = createMeters(),
): OpenProfile {
  return reopening(() => openOnce(name, settings, warn, meters));
}

/** A profile that is opened again by the first use after it was closed. */
function reopening(open: () => OpenProfile): OpenProfile {
  const first = open();
  let opened: OpenProfile | undefined = first;
  const now = (): OpenProfile => (opened ??= open());
  const { name, origin, timings } = first;
  return {
    ...{ name, origin, timings },
    get client() {
      return now().client;
    },
    get hub() {
      return now().hub;
    },
    get newest() {
      return now().newest;
    },
    get roundTripFields() {
      return now().roundTripFields;
    },
    get capacity() {
      return now().capacity;
    },
    get backdatingSupport() {
      return now().backdatingSupport;
    },
    contact: () => now().contact(),
    sample: () => {
      now().sample();
    },
    close: async () => {
      const ending = opened;
      opened = undefined;
      await ending?.close();
    },
  };
}

function openOnce(name: string, settings: Parts, warn: Warn, meters: Meters): OpenProfile {
  const { callsPerSecond, statusCallsPerMinute, timings, ...clientOptions } = settings;
  const watch = watchProfile(name, meters, () => performance.now());
  const tell = about({ profile: name }, warn);
  const rateLimiter = createRateLimiter({
    callsPerSecond,
    ...(statusCallsPerMinute !== undefined && { statusCallsPerMinute }),
  });
  const { onRequest, contact } = watch;
  const { plain, client, watching } = createClients({ ...clientOptions, onRequest }, rateLimiter);
  const newest = createNewestReader(plain, { rateLimiter });
  const hub = createStatusHub({
    client: plain, // the hub acquires from the rate limiter itself
    settings: timings,
    rateLimiter,
    newest,
    log: { warn: tell },
  });
  const sample = (): void => {
    watch.sample(hub.snapshot(), rateLimiter);
  };
  return {
    ...{ name, origin: serviceOrigin(clientOptions) },
    client,
    hub,
    newest,
    timings,
    roundTripFields: createRoundTripFields(),
    capacity: createCapacityWatcher({ client: watching, newest, settings: timings }),
    backdatingSupport: createBackdatingTrial(client, timings, tell),
    contact,
    sample,
    close: async () => {
      await hub.close();
      await plain.close();
      sample(); // the gauges of waits must fall to 0
    },
  };
}

/**
 * Clients with one rate limiter: `plain`, whose callers acquire themselves, `client` for single calls, `watching` for
 * repeated reads.
 */
function createClients(
  options: DataFlowClientOptions,
  rateLimiter: RateLimiter,
): Readonly<Record<'plain' | 'client' | 'watching', DataFlowClient>> {
  // A second request of a call has high priority, because the time limit of the call is running.
  const beforeRepeat = (signal: AbortSignal): Promise<void> => rateLimiter.acquire(signal, 'high');
  const client = createDataFlowClient({ ...options, beforeRepeat });
  return {
    plain: rateLimitedClient(client, rateLimiter, 'acquired'),
    client: rateLimitedClient(client, rateLimiter),
    watching: rateLimitedClient(client, rateLimiter, 'watch'),
  };
}

/** A receiver of warnings that adds these fields to each. */
const about =
  (shared: Readonly<Record<string, unknown>>, warn: Warn) =>
  (message: string, more: Readonly<Record<string, unknown>> = {}): void => {
    warn(message, { ...shared, ...more });
  };

import { MIN_PRICE_MS } from '../../../polling/poll-rate.js';
import type { HubSettings } from '../../../polling/status-hub.js';

/** The defaults of a profile. */
export const settings: HubSettings = {
  minPollMs: 2_000,
  maxPollMs: 300_000,
  maxListingDelayMs: 30_000,
};

/** What a call is worth while calls suffice. */
export const price = { minPollMs: 2_000, longestMs: 300_000, priceMs: MIN_PRICE_MS };

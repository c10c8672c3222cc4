import type { HubSettings } from '../../../polling/status-hub.js';

/** The defaults of a profile. */
export const settings: HubSettings = {
  minPollMs: 2_000,
  maxPollMs: 60_000,
  callWorthMs: 500,
  maxListingDelayMs: 30_000,
};

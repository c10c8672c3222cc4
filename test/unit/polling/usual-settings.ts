import type { HubSettings } from '../../../polling/hub.js';

/** The defaults of a profile. */
export const settings: HubSettings = {
  minPollMs: 2_000,
  maxPollMs: 60_000,
  callWorthMs: 500,
  visibleWithinMs: 30_000,
};

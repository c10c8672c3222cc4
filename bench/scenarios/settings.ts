import { DEFAULT_TIMINGS, type Timings } from '../../contract/timings.js';
import type { Pace } from '../forms/chain.js';
import type { Form } from '../forms/forms.js';
import type { StandOptions } from '../stand.js';

/** The forms as they would be set in production. */
export const USUAL_PACE: Pace = {
  pollMs: 10_000,
  heartbeatTimeoutMs: 30_000,
  callTimeoutMs: 60_000,
};
/** The SDK's own default. */
const USUAL_THROTTLE_MS = 60_000;

export type Settings = Omit<StandOptions, 'simulator'>;

/** Production settings in real time; ours by default makes 5 calls a second, too few for so many runs at once. */
export const IN_REAL_TIME: Settings = {
  pace: USUAL_PACE,
  timings: {},
  callsPerSecond: 50,
  heartbeatThrottleMs: USUAL_THROTTLE_MS,
};

/** How the hour is shortened for a form. */
export interface Hour {
  /** How many times faster than real time it passes. */
  readonly scale: number;
  /** How much of it passes; the rest is taken to cost as much. */
  readonly share: number;
}

/** Timers of a Temporal server have steps of a second, so that a loop of timers cannot go faster; its turns are all alike. */
export const HOURS: Readonly<Record<Form, Hour>> = {
  ours: { scale: 40, share: 1 },
  'start-then-sleep-loop': { scale: 10, share: 1 / 6 },
  'one-heartbeating-activity': { scale: 40, share: 1 },
};

/** Production settings with every pause and heartbeat divided by the scale; ours by default makes 5 calls a second. */
export const inScaledTime = (scale: number): Settings => ({
  pace: {
    pollMs: USUAL_PACE.pollMs / scale,
    heartbeatTimeoutMs: USUAL_PACE.heartbeatTimeoutMs / scale,
    callTimeoutMs: USUAL_PACE.callTimeoutMs,
  },
  timings: {
    minPollMs: DEFAULT_TIMINGS.minPollMs / scale,
    maxPollMs: DEFAULT_TIMINGS.maxPollMs / scale,
    callWorthMs: Math.round(DEFAULT_TIMINGS.callWorthMs / scale),
    waitHeartbeatTimeoutMs: DEFAULT_TIMINGS.waitHeartbeatTimeoutMs / scale,
  },
  callsPerSecond: 5 * scale,
  heartbeatThrottleMs: USUAL_THROTTLE_MS / scale,
});

const KILL_TIMINGS: Partial<Timings> = {
  permitTtlMs: 5_000,
  submitTimeoutMs: 3_000,
  maxListingDelayMs: 1_000,
  waitHeartbeatTimeoutMs: 5_000,
  minPollMs: 100,
  maxPollMs: 500,
};

/** Short jobs, recovery in seconds: many kills in little time. */
export const UNDER_KILLS: Settings = {
  pace: { pollMs: 250, heartbeatTimeoutMs: 5_000, callTimeoutMs: 10_000 },
  timings: KILL_TIMINGS,
  callsPerSecond: 100,
  heartbeatThrottleMs: USUAL_THROTTLE_MS,
};

/** Steps of 200 ms, seen ended within a second or so: a long chain in little time, and no budget that holds steps back. */
export const IN_SHORT_STEPS: Settings = {
  pace: { ...USUAL_PACE, pollMs: 1_000 },
  timings: { minPollMs: 250, maxPollMs: 1_000 },
  callsPerSecond: 500,
  heartbeatThrottleMs: USUAL_THROTTLE_MS,
};

/** Many that wait for long. */
export const AT_EASE: Settings = { ...IN_REAL_TIME, callsPerSecond: 500 };

/** Looks of a thousand loops every 10 s are more than a development server carries. */
export const AT_LEISURE: Settings = { ...AT_EASE, pace: { ...USUAL_PACE, pollMs: 60_000 } };

/** A killed worker is to be replaced within half a minute, in every form. */
export const QUICKLY_RECOVERED: Settings = {
  ...AT_EASE,
  timings: { waitHeartbeatTimeoutMs: 30_000 },
};

/** For a worker whose workflows sleep. */
export const SMALL_CACHE: Partial<Settings> = { maxCachedWorkflows: 100 };

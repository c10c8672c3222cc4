import { FAILURES } from '../contract/failures.js';
import { DEFAULT_PROFILE } from '../contract/names.js';
import type { Timings } from '../contract/timings.js';
import { ApplicationFailure } from '@temporalio/common';
import type { DataFlowClient } from '../client/client.js';
import type { NewestReader } from '../polling/newest-executions.js';
import type { StatusHub } from '../polling/status-hub.js';
import type { CapacityWatcher } from '../polling/capacity-watcher.js';
import type { RoundTripFields } from './round-trip-fields.js';

/** Whether the gateway takes dates as old as those of a backdated submit. */
export interface BackdatingSupport {
  /** Makes a trial call, unless the result is known. Never throws. */
  learn(): Promise<void>;
  /** False only after a trial has shown that they are refused. */
  areTaken(): boolean;
}

/** A profile at runtime, shared by the activities of a process. */
export interface Profile {
  readonly name: string;
  /** Scheme, host and port of its calls. */
  readonly origin: string;
  /** Its calls pass the profile's rate limiter. */
  readonly client: DataFlowClient;
  readonly hub: StatusHub;
  readonly newest: NewestReader;
  readonly capacity: CapacityWatcher;
  readonly timings: Timings;
  readonly roundTripFields: RoundTripFields;
  readonly backdatingSupport: BackdatingSupport;
}

export type FindProfile = (name: string | undefined) => Profile;

/** @throws ApplicationFailure `DataFlowUnknownProfile`, with the known names */
export const findProfileIn =
  (profiles: ReadonlyMap<string, Profile>): FindProfile =>
  (name = DEFAULT_PROFILE) => {
    const profile = profiles.get(name);
    if (profile !== undefined) return profile;
    const { remedy } = FAILURES.DataFlowUnknownProfile;
    const known = [...profiles.keys()].join(', ');
    throw ApplicationFailure.create({
      type: 'DataFlowUnknownProfile',
      message: `profile ${JSON.stringify(name)} is not known to this worker (known: ${known}). ${remedy}`,
      nonRetryable: true,
      details: [{ remedy }],
    });
  };

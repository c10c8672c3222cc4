import { FAILURES } from '../contract/failures.js';
import { DEFAULT_PROFILE } from '../contract/names.js';
import type { Timings } from '../contract/timings.js';
import { ApplicationFailure } from '@temporalio/common';
import type { DataFlowClient } from '../client/client.js';
import type { NewestReader } from '../polling/newest-executions.js';
import type { StatusHub } from '../polling/status-hub.js';
import type { CapacityWatcher } from '../polling/capacity-watcher.js';
import type { RoundTripFields } from './round-trip-fields.js';

/** Whether the gateway accepts dates as old as a backdated submit carries. */
export interface BackdatingSupport {
  /** Makes a trial call unless the answer is known; never throws. */
  learn(): Promise<void>;
  /** False only once a trial has shown that they are refused. */
  areTaken(): boolean;
}

/** Runtime of a profile: what the activities of one process use to reach the service. */
export interface Profile {
  readonly name: string;
  /** Where its calls go: scheme, host and port. */
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

/** Finds the profile that an input names. */
export type FindProfile = (name: string | undefined) => Profile;

/** @throws ApplicationFailure `DataFlowUnknownProfile`, with the names that there are. */
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

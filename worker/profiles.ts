import { createDataFlowActivities } from '../activities/index.js';
import type { AsyncWaits } from '../activities/worker-waits.js';
import { findProfileIn } from '../activities/profile.js';
import type { Environment } from '../client/environment.js';
import { DataFlowInvalidInputError } from '../client/errors.js';
import type { DataFlowActivities } from '../contract/activities.js';
import { groupGauges, type Meters } from './metrics.js';
import type { Warn } from './backdating-support.js';
import { type OpenProfile, openProfile } from './open-profile.js';
import type { ProfileOptions } from './profile-options.js';
import { profilesWithoutKeys, readProfiles } from './read-profiles.js';

export type Profiles = ReadonlyMap<string, OpenProfile>;

/** Open profiles, and their checks that need the network. */
export interface OpenProfiles {
  readonly profiles: Profiles;
  /** Problems of profiles without keys, each as a sentence; may call the metadata service. */
  findWithoutKeys(): Promise<readonly string[]>;
}

/**
 * Opens the profiles of a plugin; if `profiles` is undefined, those of file and environment.
 * @throws DataFlowInvalidInputError naming all problems of all profiles
 */
export function openProfiles(
  profiles: Readonly<Record<string, ProfileOptions>> | undefined,
  env: Environment,
  warn: Warn,
  meters: Meters,
): OpenProfiles {
  const { settings, problems } = readProfiles(profiles, env, (message) => {
    warn(message, {});
  });
  if (problems.length > 0)
    throw new DataFlowInvalidInputError(
      'DataFlowPlugin',
      problems.map(({ text }) => text),
    );
  const opened = Array.from(
    settings,
    ([name, one]) => [name, openProfile(name, one, warn, meters)] as const,
  );
  return {
    profiles: new Map<string, OpenProfile>(opened),
    findWithoutKeys: () => profilesWithoutKeys(settings),
  };
}

const PROFILES = Symbol.for('temporal-ncloud-dataflow.profiles');
type Marked = DataFlowActivities & { readonly [PROFILES]?: Profiles };

/** Activities with these profiles, from which {@link profilesOf} returns the profiles. */
export function activitiesOver(
  profiles: Profiles,
  waits: AsyncWaits,
  meters: Meters,
): DataFlowActivities {
  const gauges = groupGauges(meters);
  const activities = createDataFlowActivities(findProfileIn(profiles), waits, gauges);
  const mark = activities.dataflowPrepareSubmission;
  Object.defineProperty(mark, PROFILES, { value: profiles });
  return activities;
}

/** Profiles of the activities that a plugin has registered; undefined if none has. */
export const profilesOf = (activities: object | undefined): Profiles | undefined =>
  (
    (activities as Partial<DataFlowActivities> | undefined)?.dataflowPrepareSubmission as
      Marked | undefined
  )?.[PROFILES];

import { createDataFlowActivities } from '../activities/index.js';
import { findProfileIn } from '../activities/profile.js';
import { DataFlowInvalidInputError } from '../client/errors.js';
import type { DataFlowActivities } from '../contract/activities.js';
import { DEFAULT_PROFILE } from '../contract/names.js';
import type { Warn } from './old-dates.js';
import { type OpenProfile, openProfile } from './open-profile.js';
import { type Environment, type ProfileOptions, readProfile } from './profile-options.js';

export type Profiles = ReadonlyMap<string, OpenProfile>;

/**
 * Opens the profiles of a plugin; without any, one named `default` from the environment.
 * @throws DataFlowInvalidInputError naming every problem of every profile
 */
export function openProfiles(
  profiles: Readonly<Record<string, ProfileOptions>> | undefined,
  env: Environment,
  warn: Warn,
): Profiles {
  const problems: string[] = [];
  const opened = new Map<string, OpenProfile>();
  const named = Object.entries(profiles ?? { [DEFAULT_PROFILE]: {} });
  if (named.length === 0) problems.push('profiles is empty: name at least one, or leave it out');
  for (const [name, options] of named) {
    const { settings, problems: found } = readProfile(name, options, env);
    problems.push(...found);
    if (settings !== undefined) opened.set(name, openProfile(name, settings, warn));
  }
  if (problems.length > 0) throw new DataFlowInvalidInputError('DataFlowPlugin', problems);
  return opened;
}

const PROFILES = Symbol.for('temporal-ncloud-dataflow.profiles');
type Marked = DataFlowActivities & { readonly [PROFILES]?: Profiles };

/** Activities over these profiles, which {@link profilesOf} finds again. */
export function activitiesOver(profiles: Profiles): DataFlowActivities {
  const activities = createDataFlowActivities(findProfileIn(profiles));
  const mark = activities.dataflowPrepareExecution;
  Object.defineProperty(mark, PROFILES, { value: profiles });
  return activities;
}

/** The profiles that another plugin (or this one, given twice) has registered; undefined where none has. */
export const profilesOf = (activities: object | undefined): Profiles | undefined =>
  (
    (activities as Partial<DataFlowActivities> | undefined)?.dataflowPrepareExecution as
      Marked | undefined
  )?.[PROFILES];

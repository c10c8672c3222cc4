import type { ProfileRef, ServiceIdentity } from '../contract/remote-activities.js';
import type { FindProfile } from './profile.js';

/** Names the service that a profile calls: what must not happen twice at a time is locked by its host. */
export const identifyService =
  (profiles: FindProfile) =>
  ({ profile }: ProfileRef): Promise<ServiceIdentity> =>
    Promise.resolve({ host: new URL(profiles(profile).origin).host });

import type { ProfileRef, ServiceIdentity } from '../contract/remote-activities.js';
import type { FindProfile } from './profile.js';

/** Identifies the service that a profile calls. Locks are named after its host. */
export const identifyService =
  (profiles: FindProfile) =>
  ({ profile }: ProfileRef): Promise<ServiceIdentity> =>
    Promise.resolve({ host: new URL(profiles(profile).origin).host });

import type { RemoteStart, RemoteStartInput } from '../contract/remote-activities.js';
import { runActivity, BEAT_MS } from './activity-context.js';
import { postUnderPermit } from './submit-under-permit.js';
import type { FindProfile } from './profile.js';

/** Starts a workflow of the service: one POST under a permit. */
export const startRemoteWorkflow =
  (profiles: FindProfile) =>
  (input: RemoteStartInput): Promise<RemoteStart> => {
    const { workflowId } = input;
    const about = { workflowId };
    return runActivity(about, BEAT_MS, async ({ signal }) => {
      const profile = profiles(input.profile);
      const at = { about, signal };
      const name = 'executeWorkflow';
      const { output } = await postUnderPermit(profile, name, { workflowId }, input, at);
      return { triggerId: output.triggerId };
    });
  };

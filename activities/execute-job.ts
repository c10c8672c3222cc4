import type { SubmitInput } from '../contract/activities.js';
import type { JobExecution } from '../contract/job.js';
import { runActivity, BEAT_MS } from './activity-context.js';
import { postUnderPermit } from './submit-under-permit.js';
import type { FindProfile } from './profile.js';

/** Starts a job: one POST under a permit. */
export const executeJob =
  (profiles: FindProfile) =>
  (input: SubmitInput): Promise<JobExecution> => {
    const { jobId, jobCondition } = input;
    const about = { jobId };
    return runActivity(about, BEAT_MS, async ({ signal }) => {
      const profile = profiles(input.profile);
      const body = { jobId, ...(jobCondition !== undefined && { jobCondition }) };
      const { output: started, dateMs } = await postUnderPermit(
        profile,
        'executeJob',
        body,
        input,
        { about, signal },
      );
      profile.roundTripFields.learn(jobCondition ?? {}, started, dateMs);
      return started;
    });
  };

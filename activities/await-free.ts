import type { FreePlace, JobRef } from '../contract/activities.js';
import { act, residentBeatMs } from './act.js';
import type { FindProfile } from './profile.js';

/** Waits until the job has room for another execution; all who wait for one job share its readings. */
export const awaitFree =
  (profiles: FindProfile) =>
  async (input: JobRef): Promise<FreePlace> => {
    const { places } = profiles(input.profile);
    const { jobId } = input;
    return await act({ jobId }, residentBeatMs(), async ({ signal }) => ({
      activeExecutions: await places.free(jobId, { signal }),
    }));
  };

import type { FreePlace, JobRef } from '../contract/activities.js';
import type { Reporting, WaitReport } from '../contract/wait-report.js';
import { runWait } from './async-wait.js';
import type { AsyncWaits } from './worker-waits.js';
import type { FindProfile } from './profile.js';
import { reporting, watchTrouble } from './wait-report.js';

/** Waits until the job has capacity for another execution; waits for the same job share one series of reads. */
export const awaitCapacity = (profiles: FindProfile, waits: AsyncWaits) =>
  reporting(async (input: JobRef & Reporting): Promise<FreePlace | WaitReport> => {
    const { capacity, timings } = profiles(input.profile);
    const { jobId, report } = input;
    return await runWait(waits, { jobId }, async ({ signal, remember }) => {
      const trouble = watchTrouble(report, timings.maxPollMs);
      const onRead = (lastError: string | undefined): void => {
        remember({ lastError });
        trouble.saw(lastError);
      };
      try {
        const free = capacity.free(jobId, { signal, onRead });
        const first = await Promise.race([free, trouble.reported]);
        return typeof first === 'number' ? { activeExecutions: first } : first;
      } finally {
        trouble.end();
      }
    });
  });

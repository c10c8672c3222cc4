import type { FreeCapacity, JobRef } from '../contract/activities.js';
import type { Reporting, WaitReport } from '../contract/wait-report.js';
import { runWait } from './async-wait.js';
import type { AsyncWaits } from './worker-waits.js';
import type { FindProfile } from './profile.js';
import { reporting, watchTrouble } from './wait-report.js';

/** Waits until the job may have another execution. Waits for one job share their reads. */
export const awaitCapacity = (profiles: FindProfile, waits: AsyncWaits) =>
  reporting(async (input: JobRef & Reporting): Promise<FreeCapacity | WaitReport> => {
    const { capacity, timings } = profiles(input.profile);
    const { jobId, report } = input;
    return await runWait(waits, { jobId }, async ({ signal, setHeartbeatDetails }) => {
      const trouble = watchTrouble(report, timings.maxPollMs);
      const onRead = (lastError: string | undefined): void => {
        setHeartbeatDetails({ lastError });
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

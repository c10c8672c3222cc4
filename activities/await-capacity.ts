import type { FreePlace, JobRef } from '../contract/activities.js';
import type { Reporting, WaitReport } from '../contract/wait-report.js';
import { runActivity, residentBeatMs } from './activity-context.js';
import type { FindProfile } from './profile.js';
import { reporting, watchTrouble } from './wait-report.js';

/** Waits until the job has capacity for another execution; all waits for one job share its reads. */
export const awaitCapacity = (profiles: FindProfile) =>
  reporting(async (input: JobRef & Reporting): Promise<FreePlace | WaitReport> => {
    const { capacity: places, timings } = profiles(input.profile);
    const { jobId, report } = input;
    return await runActivity({ jobId }, residentBeatMs(), async (current) => {
      const trouble = watchTrouble(report, timings.maxPollMs);
      const over = new AbortController();
      const signal = AbortSignal.any([current.signal, over.signal]);
      const onRead = (lastError: string | undefined): void => {
        current.remember({ lastError });
        trouble.saw(lastError);
      };
      const free = places.free(jobId, { signal, onRead });
      try {
        const first = await Promise.race([free, trouble.reported]);
        return typeof first === 'number' ? { activeExecutions: first } : first;
      } finally {
        trouble.end();
        over.abort(new Error('the wait is over'));
        await free.catch(() => undefined);
      }
    });
  });

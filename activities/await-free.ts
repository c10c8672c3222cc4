import type { FreePlace, JobRef } from '../contract/activities.js';
import { isTerminal } from '../contract/job.js';
import { act, pause } from './act.js';
import type { FindProfile } from './profile.js';
import { untiring } from './untiring.js';

const BEATS_PER_TIMEOUT = 3;
const GROWTH = 1.5;

/** Waits until the job has room for another execution, by its own count of executions that have not ended. */
export const awaitFree =
  (profiles: FindProfile) =>
  async (input: JobRef): Promise<FreePlace> => {
    const { client, newest, timings } = profiles(input.profile);
    const { jobId } = input;
    return await act({ jobId }, timings.recoverWithinMs / BEATS_PER_TIMEOUT, ({ signal, note }) =>
      untiring(async () => {
        for (
          let pauseMs = timings.minPollMs;
          ;
          pauseMs = Math.min(pauseMs * GROWTH, timings.maxPollMs)
        ) {
          const { output: job } = await client.call('getJobById', { jobId }, { signal });
          const { rows } = await newest.read(jobId, { signal });
          const activeExecutions = rows.filter((row) => !isTerminal(row.status)).length;
          const isFree =
            activeExecutions < (job.maxConcurrentRuns ?? 1) && job.status !== 'RUNNING';
          if (isFree) return { activeExecutions };
          note({ activeExecutions });
          await pause(pauseMs, signal);
        }
      }),
    );
  };

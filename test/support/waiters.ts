import type { Worker } from '@temporalio/worker';
import { profilesOf } from '../../worker/profiles.js';

/** Number of waits on the default profile of this worker's plugin. */
export const waiters = (worker: Worker): number =>
  profilesOf(Object.fromEntries(worker.options.activities))?.get('default')?.hub.snapshot()
    .waiters ?? NaN;

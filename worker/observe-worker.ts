import type { Worker } from '@temporalio/worker';
import type { Warn } from './backdating-support.js';
import type { Profiles } from './profiles.js';
import { createSlotWatch, slotUseOf } from './slots.js';

/** Gauges are as old as this at most; Prometheus scrapes every 15 s or more rarely. */
const SAMPLE_MS = 2_000;

/** Workers whose slots a plugin watches: of several plugins one is enough. */
const watched = new WeakSet<Worker>();

/** Writes what stands at some height in these profiles, and watches the worker's slots, until the returned function is called. */
export function observeWorker(worker: Worker, profiles: Profiles, warn: Warn): () => void {
  const { taskQueue, namespace } = worker.options;
  const slots = watched.has(worker) ? undefined : createSlotWatch(warn, { taskQueue, namespace });
  watched.add(worker);
  const sample = (): void => {
    for (const profile of profiles.values()) profile.sample();
    slots?.look(slotUseOf(worker));
  };
  sample();
  const timer = setInterval(sample, SAMPLE_MS).unref();
  return () => {
    clearInterval(timer);
  };
}

// Number of status calls, and delay of seen ends: the hub alone, on a virtual clock.
import { callRows } from './polling/calls.js';
import { detectionRows } from './polling/detection.js';
import type { Topic } from './stand.js';

/** Fixed, so that these rows are equal on each machine. */
const SEED = 7;

export const POLLING: Topic = {
  measure: async ({ size }) => [
    ...detectionRows(SEED, size(3, 1)),
    ...(await callRows(SEED, size(Infinity, 10))),
  ],
  settings: { clock: 'virtual: no server, worker or network is in these rows' },
  notMeasured: [
    'Time that calls take, and what a busy machine adds to it.',
    'Lengths are synthetic: log-normal, 5 % fail early at any stage, the latest 24 are known. Jobs whose lengths drift or ' +
      'come in two kinds were not tried.',
  ],
};

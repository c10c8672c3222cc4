import type { Part } from './part.js';
import { POLLING_ROWS } from './polling/polling-rows.js';
import type { Row } from './rows.js';

/** How many calls, how late: the hub alone, on a virtual clock. */
export const POLLING_PART: Part = {
  measure: async () => {
    const rows: Row[] = [];
    for (const rowsOfKind of Object.values(POLLING_ROWS)) rows.push(...(await rowsOfKind()));
    return rows;
  },
  settingsOf: () => ({ clock: 'virtual: no server, worker or network is in these rows' }),
  notMeasured: [
    'Time that calls take, and what a busy machine adds to it.',
    'Lengths are synthetic: log-normal, 5 % fail early at any stage, the latest 24 are known. Jobs whose lengths drift or ' +
      'come in two kinds were not tried.',
  ],
};

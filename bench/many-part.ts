import type { Part } from './part.js';
import { rowAgainst, rowOf } from './rows.js';
import { JOBS } from './scenarios/crowd.js';
import { AT_EASE, SMALL_CACHE } from './scenarios/settings.js';
import { measureHeld } from './scenarios/waits.js';

const WAITS = 5_000;
const HELD = { waits: WAITS, settings: { ...AT_EASE, ...SMALL_CACHE } };

/** A part of its own: its starts take as long as all the rest of the waits. */
export const MANY_PART: Part = {
  measure: async (bench) => {
    bench.say(`many: ${WAITS} …`);
    const figures = await measureHeld(bench, 'ours', HELD);
    bench.say(JSON.stringify(figures));
    const { rssKb, heapKb, workerCpu, serverCpu } = figures;
    const among = `${WAITS} in one worker`;
    const heap = { measure: `rss: heap of it that a collection leaves, ${among}`, unit: 'KB' };
    const server = { measure: `rss: CPU of the Temporal server, ${among}`, unit: '% of a core' };
    return [
      rowAgainst(`rss per waiting execution, ${among}, cache of 100`, 'KB', rssKb, 80),
      rowOf(heap, heapKb, rssKb, 'all resident memory'),
      rowAgainst(`rss: CPU of the worker, ${among}`, '% of a core', workerCpu, 15),
      rowOf(server, serverCpu, workerCpu, 'the worker'),
    ].filter(({ ours: figure }) => !Number.isNaN(figure)); // the server's CPU, where it is not ours
  },
  settingsOf: () => ({ ...HELD.settings, jobs: JOBS, slots: 'six for every five waits' }),
  notMeasured: [
    'Naive forms: so many are more than the server carries of them.',
    '10,000 waits: npm run soak holds them.',
    'CPU is that of a minute, half a minute after the last start: in the first minutes waits are looked at most.',
    'Resident memory is that of the whole process after the starts, without a forced collection.',
  ],
};

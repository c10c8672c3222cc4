// Five thousand waits in one worker, our form only. Apart from the topic waits, because the starts take as long as
// all of that.
import { inCrowd, IN_CROWD, SMALL_CACHE } from './crowd.js';
import type { Settings, Topic } from './stand.js';
import { rowAgainst, rowOf } from './table.js';

const WAITS = 5_000;

export const MANY: Topic = {
  measure: async (bench) => {
    const waits = bench.size(WAITS, 60);
    const held = (settings: Settings) =>
      inCrowd(bench, 'ours', { waits, settings }, ({ figures }) => Promise.resolve(figures));
    const small = await held(SMALL_CACHE);
    const usual = await held({});
    const among = `${waits} in one worker`;
    const beside = 'with a cache of 100 workflows';
    return [
      rowAgainst(`rss a wait, ${among}, ${beside}`, 'KB', small.rssKb, 25),
      rowOf(
        { measure: `rss a wait, ${among}, default cache`, unit: 'KB' },
        ...([usual.rssKb, small.rssKb, `ours ${beside}`] as const),
      ),
      rowOf(
        { measure: `heap of a wait that a collection leaves, ${among}`, unit: 'KB' },
        ...([small.heapKb, small.rssKb, 'all resident memory'] as const),
      ),
      rowAgainst(`CPU of the worker, ${among}`, '% of a core', small.workerCpu, 8),
      rowOf(
        { measure: `CPU of the Temporal server, ${among}`, unit: '% of a core' },
        ...([small.serverCpu, small.workerCpu, 'the worker'] as const),
      ),
      rowAgainst(`calls to the service, ${among}`, 'calls/min', small.callsPerMinute, 120),
    ].filter(({ ours: figure }) => !Number.isNaN(figure)); // CPU of a server that was not started here is unknown
  },
  settings: { waits: WAITS, ...IN_CROWD, smallCache: SMALL_CACHE },
  notMeasured: [
    'Naive forms: so many are more than the server carries of them.',
    '10,000 waits: npm run soak holds them.',
    'CPU is that of a minute, half a minute after the last start: in the first minutes waits are polled most.',
    'Resident memory is that of the whole process after the starts, without a forced collection.',
  ],
};

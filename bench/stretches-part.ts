import type { Part } from './part.js';
import { type Row, rowAgainst } from './rows.js';
import { measureStretches, WORSTS } from './scenarios/stretches.js';
import { IN_SHORT_STEPS } from './scenarios/settings.js';

const LOOP_MS = 200;
const TASK_MS = 1_000;

/** How long the worst pipelines hold up a worker in one piece; how much work there may be is tested as a count of steps. */
export const STRETCHES_PART: Part = {
  measure: async (bench) => {
    const rows: Row[] = [];
    for (const worst of WORSTS) {
      bench.say(`stretches: ${worst} …`);
      const { loopMs, taskMs } = await measureStretches(bench, worst);
      bench.say(JSON.stringify({ loopMs, taskMs }));
      rows.push(
        rowAgainst(`longest stretch of the event loop, ${worst}`, 'ms', loopMs, LOOP_MS),
        rowAgainst(`longest workflow task, ${worst}`, 'ms', taskMs, TASK_MS),
      );
    }
    return rows;
  },
  settingsOf: () => ({
    ...IN_SHORT_STEPS,
    each: 'twice in one worker that has just begun; the longer one counts',
  }),
  notMeasured: [
    'Other work of the worker: on a busy machine a stretch is longer by what other processes take.',
    'A workflow task includes the way to the server and back.',
  ],
};

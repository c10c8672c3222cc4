import type { Form } from './forms/forms.js';
import { type Measure, percentilesOf } from './measure.js';
import type { Part } from './part.js';
import { rowOf, rowsOf } from './rows.js';
import { CANCELS, measureWaits, type WaitFigures, WAITS } from './scenarios/waits.js';
import { MANY_WAIT } from './scenarios/settings.js';

/** Its wait is an activity like ours; a loop of timers has none that a killed worker could hold. */
const PEER: Form = 'one-heartbeating-activity';

const MEASURES: readonly Measure<WaitFigures>[] = [
  {
    measure: `rss per waiting execution, ${WAITS} in one worker, cache of 100 workflows`,
    unit: 'KB',
    of: ({ waitingKb }) => waitingKb,
    atMost: 80,
  },
  ...percentilesOf(
    `cancel → remote cancel with ${WAITS} waiting, ${CANCELS} cancels`,
    ({ cancelMs }: WaitFigures) => cancelMs,
  ),
];

export const WAITS_PART: Part = {
  measure: async (bench) => {
    bench.say('waits: ours …');
    const ours = await measureWaits(bench, 'ours');
    bench.say('waits: one heartbeating activity …');
    const peer = await measureWaits(bench, PEER);
    const aimS = (MANY_WAIT.timings.recoverWithinMs ?? 0) / 1_000;
    const recovery = { measure: `recovery of ${WAITS} waits after SIGKILL`, unit: 's' };
    const p95 = MEASURES.at(-1)!.of(ours);
    return [
      ...rowsOf(MEASURES, ours, [[PEER, peer]]),
      rowOf({ ...recovery, atMost: aimS }, ours.recoveredS, aimS, 'recoverWithin'),
      rowOf(recovery, ours.recoveredS, peer.recoveredS, PEER),
      rowOf({ measure: 'cancel, p95, as above', unit: 'ms', atMost: 1_000 }, p95, 1_000, '1 s'),
    ];
  },
  settingsOf: () => ({ waits: MANY_WAIT, jobs: 10, workers: 'one, 1,500 activity slots' }),
  notMeasured: [
    'CPU of worker and server; 5,000 and 10,000 waits.',
    'Memory is that of the whole process after the starts, without a forced collection.',
    'When a wait was taken up is read from the server for 50 of them.',
  ],
};

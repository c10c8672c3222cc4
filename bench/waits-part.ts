import type { Form } from './forms/forms.js';
import { type Measure, percentilesOf } from './measure.js';
import type { Part } from './part.js';
import { type Row, rowAgainst, rowOf, rowsOf } from './rows.js';
import { type HeldFigures, JOBS } from './scenarios/crowd.js';
import {
  CANCELS,
  type DisturbedFigures,
  LOOKED_AT,
  measureDisturbed,
  measureHeld,
} from './scenarios/waits.js';
import { AT_EASE, AT_LEISURE, QUICKLY_RECOVERED, SMALL_CACHE } from './scenarios/settings.js';

const WAITS = 1_000;
const AS_USUAL = { waits: WAITS, settings: AT_EASE };
const SMALL_CACHED = { waits: WAITS, settings: { ...AT_EASE, ...SMALL_CACHE } };
const LEISURELY = { waits: WAITS, settings: AT_LEISURE };
const DISTURBED = { waits: WAITS, settings: { ...QUICKLY_RECOVERED, ...SMALL_CACHE } };
/** Its wait is an activity like ours; a loop of timers has none that a killed worker could hold. */
const ACTIVITY: Form = 'one-heartbeating-activity';
const LOOP: Form = 'start-then-sleep-loop';

/** What one deferred task costs there; it was measured on a like machine, not in this run. */
const AIRFLOW = { name: "Airflow 3.3.2's triggerer, measured apart", rssKb: 22 };

const inOne = (count: number): string => `${count} in one worker`;

const MEMORY = {
  small: {
    measure: `rss per waiting execution, ${inOne(WAITS)}, ours with a cache of 100 workflows`,
    ...{ unit: 'KB', of: ({ rssKb }: HeldFigures) => rssKb, atMost: 80 },
  },
  usual: {
    measure: `rss per waiting execution, ${inOne(WAITS)}, default cache`,
    ...{ unit: 'KB', of: ({ rssKb }: HeldFigures) => rssKb, atMost: 110 },
  },
} as const satisfies Record<string, Measure<HeldFigures>>;

const AT_REST: readonly Measure<HeldFigures>[] = [
  {
    measure: `rss: heap of it that a collection leaves, ${inOne(WAITS)}`,
    ...{ unit: 'KB', of: ({ heapKb }) => heapKb },
  },
  {
    measure: `rss: CPU of the worker, ${inOne(WAITS)}`,
    ...{ unit: '% of a core', of: ({ workerCpu }) => workerCpu },
  },
  {
    measure: `rss: CPU of the Temporal server, ${inOne(WAITS)}`,
    ...{ unit: '% of a core', of: ({ serverCpu }) => serverCpu },
  },
  {
    measure: `rss: calls to the service, ${inOne(WAITS)}`,
    ...{ unit: 'calls/min', of: ({ callsPerMinute }) => callsPerMinute },
  },
];

const CANCEL = percentilesOf(
  `cancel → remote cancel, ${inOne(WAITS)}, ${CANCELS} cancels`,
  ({ cancelMs }: DisturbedFigures) => cancelMs,
);

export const WAITS_PART: Part = {
  measure: async (bench) => {
    const take = async <Figures>(what: string, measured: Promise<Figures>): Promise<Figures> => {
      bench.say(`waits: ${what} …`);
      const figures = await measured;
      bench.say(JSON.stringify(figures));
      return figures;
    };
    const ours = await take('ours', measureHeld(bench, 'ours', SMALL_CACHED));
    const usual = await take('ours, default cache', measureHeld(bench, 'ours', AS_USUAL));
    const loop = await take(LOOP, measureHeld(bench, LOOP, LEISURELY));
    const activity = await take(ACTIVITY, measureDisturbed(bench, ACTIVITY, AS_USUAL));
    const disturbed = await take('ours, disturbed', measureDisturbed(bench, 'ours', DISTURBED));
    const peers = [
      [LOOP, loop],
      [ACTIVITY, activity],
    ] as const;
    return [
      ...rowsOf([MEMORY.small], ours, peers),
      ...rowsOf([MEMORY.usual], usual, peers),
      ...(
        [
          [MEMORY.small, ours],
          [MEMORY.usual, usual],
        ] as const
      ).map(([{ measure, unit, atMost }, { rssKb }]) => rowAgainst(measure, unit, rssKb, atMost)),
      rowOf({ measure: MEMORY.small.measure, unit: 'KB' }, ours.rssKb, AIRFLOW.rssKb, AIRFLOW.name),
      ...rowsOf(AT_REST, ours, peers),
      ...rowsOf(CANCEL, disturbed, [[ACTIVITY, activity]]),
      rowAgainst(
        'cancel → remote cancel, p95, as above',
        'ms',
        CANCEL.at(-1)!.of(disturbed),
        1_000,
      ),
      ...recoveryRows(disturbed, activity),
    ].filter(({ ours: figure }) => !Number.isNaN(figure)); // the server's CPU, where it is not ours
  },
  settingsOf: () => ({
    atRest: AT_EASE,
    atRestOfTheLoop: AT_LEISURE,
    cancelAndRecovery: QUICKLY_RECOVERED,
    smallCache: SMALL_CACHE,
    jobs: JOBS,
    slots: 'six for every five waits',
  }),
  notMeasured: [
    'Waits that are hours old: each is looked at less often than here, in its first minutes.',
    'The waits of ours send a heartbeat every two minutes (default timings), those of the activity every 24 s; a loop sends none.',
    'Resident memory is that of the whole process after the starts, without a forced collection.',
    'CPU is that of a minute, half a minute after the last start. That of the simulated service and of this bench is in no row.',
    `When a wait was taken up is read from the server, for ${LOOKED_AT} of them.`,
    'The activity looks every 10 s at each execution, the loop every 60 s: every 10 s are more than the server carries.',
  ],
};

function recoveryRows(ours: DisturbedFigures, peer: DisturbedFigures): readonly Row[] {
  const measure = `recovery of ${WAITS} waits after SIGKILL (${LOOKED_AT} of them looked at)`;
  return [
    rowAgainst(
      measure,
      's',
      ours.recoveredS,
      (QUICKLY_RECOVERED.timings.waitHeartbeatTimeoutMs ?? 0) / 1_000,
    ),
    rowOf({ measure, unit: 's' }, ours.recoveredS, peer.recoveredS, ACTIVITY),
  ];
}

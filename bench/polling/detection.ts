// Rows "detection": delay of seen ends for an equal number of calls. Exact over the lengths of runs; only histories
// are drawn.
import { type DurationHistory, MAX_DURATIONS_SEEN } from '../../contract/duration-history.js';
import { createRandom } from '../../simulator/seeded-random.js';
import { type Row, rowOf } from '../table.js';
import type { Outcome, Pause } from './looks.js';
import { drawSeen, type RunLengths, runLengths } from './runs.js';
import {
  ageProportional,
  every,
  meanOutcome,
  minuteTenTimesThenFive,
  optimumAt,
  ours,
  oursAt,
  outcomeOfPause,
} from './schedules.js';

const MINUTE = 60_000;
const LENGTHS = [
  ['10 min', 10 * MINUTE],
  ['2 h', 120 * MINUTE],
  ['6 h', 360 * MINUTE],
] as const;
/** Histories that are drawn for each kind of job. Rows are means over them. */
const HISTORIES = 8;

const PEERS: readonly (readonly [name: string, pause: Pause])[] = [
  ['fixed 60 s', every(60)],
  ['fixed 30 s', every(30)],
  ['fixed 10 s', every(10)],
  ['60 s × 10, then 300 s', minuteTenTimesThenFive],
  ['a tenth of the age, 2–60 s', ageProportional],
];

const AIM_WITH_HISTORY = 0.5;
const AIM_WITHOUT = 1.1;
const AIM_TO_OPTIMUM = 1.15;

/** Rows of the first lengths. A seed always gives the same rows. */
export function detectionRows(seed: number, lengthsOf: number = LENGTHS.length): readonly Row[] {
  const random = createRandom(seed);
  return [0.1, 0.3].flatMap((spread) =>
    LENGTHS.slice(0, lengthsOf).flatMap(([name, ms]) => {
      const lengths = runLengths(`${name} ± ${spread * 100} %`, ms, spread);
      const histories = Array.from({ length: HISTORIES }, () =>
        drawSeen(lengths, MAX_DURATIONS_SEEN, random),
      );
      return rowsOfJob(lengths, histories, spread === 0.1);
    }),
  );
}

function rowsOfJob(
  lengths: RunLengths,
  histories: readonly DurationHistory[],
  narrow: boolean,
): readonly Row[] {
  const fixed = outcomeOfPause(every(60), lengths);
  const known = withHistory(fixed.calls, lengths, histories);
  const unknown = oursAt(fixed.calls, lengths);
  const optimum = optimumAt(fixed.calls, lengths);
  return [
    row(lengths, 'mean', known, fixed, PEERS[0]![0], narrow ? AIM_WITH_HISTORY : undefined),
    row(lengths, 'p95', known, fixed, PEERS[0]![0]),
    row(lengths, 'mean', known, optimum, 'optimum, at the calls of fixed 60 s', AIM_TO_OPTIMUM),
    row(lengths, 'mean', known, unknown, 'ours without history, at the same calls', AIM_WITHOUT),
    row(lengths, 'mean, no history', unknown, fixed, PEERS[0]![0], AIM_WITHOUT),
    ...PEERS.slice(1).flatMap(([name, pause]) => againstPeer(lengths, histories, name, pause)),
    ...(narrow ? asShipped(lengths, histories, fixed) : []),
  ];
}

function againstPeer(
  lengths: RunLengths,
  histories: readonly DurationHistory[],
  name: string,
  pause: Pause,
): readonly Row[] {
  const peer = outcomeOfPause(pause, lengths);
  const known = withHistory(peer.calls, lengths, histories);
  return [
    row(lengths, 'mean', known, peer, name),
    row(lengths, 'p95', known, peer, name),
    row(lengths, 'mean, no history', oursAt(peer.calls, lengths), peer, name),
  ];
}

/** Calls and delay with default settings. */
function asShipped(
  lengths: RunLengths,
  histories: readonly DurationHistory[],
  fixed: Outcome,
): readonly Row[] {
  const measure = `detection, ${lengths.name}, default settings:`;
  const known = meanOutcome(histories.map((seen) => ours(lengths, seen)()));
  const unknown = ours(lengths, undefined)();
  return (
    [
      ['', known],
      [', no history', unknown],
    ] as const
  ).flatMap(([which, outcome]) => [
    rowOf(
      { measure: `${measure} calls of a run${which}`, unit: 'calls' },
      outcome.calls,
      fixed.calls,
      'fixed 60 s',
    ),
    rowOf(
      { measure: `${measure} mean delay${which}`, unit: 's' },
      outcome.meanDelayMs / 1_000,
      fixed.meanDelayMs / 1_000,
      'fixed 60 s',
    ),
  ]);
}

const withHistory = (
  calls: number,
  lengths: RunLengths,
  histories: readonly DurationHistory[],
): Outcome => meanOutcome(histories.map((seen) => oursAt(calls, lengths, seen)));

/** Calls count as equal within this. */
const EQUAL = 1.05;

function row(
  lengths: RunLengths,
  what: string,
  own: Outcome,
  peer: Outcome,
  peerName: string,
  aim?: number,
): Row {
  const of = what === 'p95' ? 'p95DelayMs' : 'meanDelayMs';
  const peerS = peer[of] / 1_000;
  const measure = `detection, ${lengths.name}, equal calls: delay, ${what}`;
  const made = rowOf(
    { measure, unit: 's', ...(aim !== undefined && { atMost: aim * peerS }) },
    own[of] / 1_000,
    peerS,
    peerName,
  );
  if (own.calls <= peer.calls * EQUAL) return made;
  const why = `ours makes ${Math.round(own.calls)} calls at least, the peer ${Math.round(peer.calls)}`;
  return { ...made, ratio: null, why, aim: null };
}

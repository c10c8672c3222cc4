import type { Measure } from './measure.js';
import { rounded } from './statistics.js';

/** One comparison with one peer, as in results.json. Smaller is better. */
export interface Row {
  readonly measure: string;
  readonly ours: number;
  readonly peer: number;
  readonly peerName: string;
  /** ours / peer; null where that says nothing, and then `why`. */
  readonly ratio: number | null;
  readonly why?: string;
  /** What the ratio may be at most; null where nothing is aimed at or there is no ratio to aim with. */
  readonly aim: number | null;
  readonly unit: string;
}

/** A row for each measure and peer, the rows of one measure together. */
export function rowsOf<Figures>(
  measures: readonly Measure<Figures>[],
  ours: Figures,
  peers: readonly (readonly [name: string, figures: Figures])[],
): readonly Row[] {
  return measures.flatMap((measure) =>
    peers.map(([peerName, peer]) => rowOf(measure, measure.of(ours), measure.of(peer), peerName)),
  );
}

export function rowOf(
  { measure, unit, atMost, ratioAtMost }: Omit<Measure<never>, 'of'>,
  ours: number,
  peer: number,
  peerName: string,
): Row {
  const compared = { measure, ours: rounded(ours), peer: rounded(peer), peerName };
  if (peer === 0) {
    const why = ours === 0 ? '0/0: neither had any' : 'the peer had none, ours had';
    return { ...compared, ratio: null, why, aim: null, unit };
  }
  const aim = atMost === undefined ? (ratioAtMost ?? null) : rounded(atMost / peer);
  return { ...compared, ratio: rounded(ours / peer), aim, unit };
}

/** An aim that is a number is a row against that number. */
export const rowAgainst = (measure: string, unit: string, ours: number, atMost: number): Row =>
  rowOf({ measure, unit, atMost }, ours, atMost, `the aim: ${atMost} ${unit}`);

/** Whether a row has an aim and misses it. */
export function isMissed({ ratio, aim }: Row): boolean {
  return ratio !== null && aim !== null && ratio > aim;
}

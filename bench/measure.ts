import { percentile } from './statistics.js';

/** One line of a comparison. Smaller is better in all of them. */
export interface Measure<Figures> {
  readonly measure: string;
  readonly unit: string;
  readonly of: (figures: Figures) => number;
  /** What ours may be at most, in `unit`; without it there is none. */
  readonly atMost?: number;
  /** The same as a share of the peer's. */
  readonly ratioAtMost?: number;
}

/** p50, which may have an aim, and p95. */
export function percentilesOf<Figures>(
  measure: string,
  samplesOf: (figures: Figures) => readonly number[],
  atMost?: number,
): readonly Measure<Figures>[] {
  const at = (share: number) => (figures: Figures) => percentile(samplesOf(figures), share);
  return [
    {
      measure: `${measure}, p50`,
      unit: 'ms',
      of: at(0.5),
      ...(atMost !== undefined && { atMost }),
    },
    { measure: `${measure}, p95`, unit: 'ms', of: at(0.95) },
  ];
}

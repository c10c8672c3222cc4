// Synthetic lengths of runs of a job: distribution and draws.
import type { DurationHistory } from '../../contract/duration-history.js';
import { logNormalSurvival } from '../../polling/duration-model.js';

export interface RunLengths {
  readonly name: string;
  readonly usualMs: number;
  /** Share that has ended at this age. */
  readonly endedBy: (ageMs: number) => number;
  /** The length of one run, from two independent numbers between 0 and 1. */
  readonly draw: (which: number, howLong: readonly [number, number]) => DrawnRun;
}

export interface DrawnRun {
  readonly ms: number;
  readonly failed: boolean;
}

/** Share of runs that fail early, between {@link EARLIEST} of the usual length and all of it. */
const FAIL_EARLY = 0.05;
const EARLIEST = 1 / 100;

/** Log-normal around the usual length, with early failures. */
export function runLengths(name: string, usualMs: number, spread: number): RunLengths {
  const mean = Math.log(usualMs);
  return {
    name,
    usualMs,
    endedBy: (ageMs) => {
      if (ageMs <= 0) return 0;
      const early = 1 - Math.log(ageMs / usualMs) / Math.log(EARLIEST);
      const ran = 1 - logNormalSurvival(ageMs, mean, spread);
      return FAIL_EARLY * Math.min(1, Math.max(0, early)) + (1 - FAIL_EARLY) * ran;
    },
    draw: (which, [one, other]) =>
      which < FAIL_EARLY
        ? { ms: usualMs * EARLIEST ** one, failed: true }
        : { ms: usualMs * Math.exp(spread * normal(one, other)), failed: false },
  };
}

/** Standard normal number (Box and Muller). */
const normal = (one: number, other: number): number =>
  Math.sqrt(-2 * Math.log(Math.max(one, 1e-12))) * Math.cos(2 * Math.PI * other);

/** Durations of the newest executions, as prepare reads them. */
export function drawSeen(
  lengths: RunLengths,
  count: number,
  random: () => number,
): DurationHistory {
  const drawn = Array.from({ length: count }, () => lengths.draw(random(), [random(), random()]));
  const having = (failed: boolean): number[] =>
    drawn.filter((run) => run.failed === failed).map(({ ms }) => ms);
  return { completedMs: having(false), failedMs: having(true) };
}

import { describe, expect, it } from 'vitest';
import { outcomeOf, looksOf, type Outcome } from '../../../bench/polling/looks.js';
import { optimalLooks } from '../../../bench/polling/optimum.js';
import { drawSeen, type RunLengths, runLengths } from '../../../bench/polling/runs.js';
import {
  every,
  meanOutcome,
  optimumAt,
  oursAt,
  outcomeOfPause,
} from '../../../bench/polling/schedules.js';
import type { DurationModel } from '../../../polling/duration-model.js';
import { pauseMs } from '../../../polling/poll-interval.js';
import { createRandom } from '../../../simulator/seeded-random.js';

const MINUTE = 60_000;
const tenMinutes = runLengths('10 min ± 10 %', 10 * MINUTE, 0.1);
const twoHours = runLengths('2 h ± 10 %', 120 * MINUTE, 0.1);
const twoHoursWide = runLengths('2 h ± 30 %', 120 * MINUTE, 0.3);

/** A lifetime that knows the truth: what is left is the rule itself. */
function allKnowing({ endedBy }: RunLengths): DurationModel {
  const lives = (ageMs: number): number => Math.max(1e-12, 1 - endedBy(ageMs));
  return {
    cumulative: (ageMs) => -Math.log(lives(ageMs)),
    hazard: (ageMs) =>
      Math.max(1e-12, (endedBy(1.0005 * ageMs) - endedBy(0.9995 * ageMs)) / (0.001 * ageMs)) /
      lives(ageMs),
  };
}

describe('the looks of pauseMs', () => {
  it.each([tenMinutes, twoHours, twoHoursWide])(
    'cost hardly more than the numerical optimum where lengths are known: $name',
    (lengths) => {
      const priceMs = 500;
      const price = { minPollMs: 100, longestMs: 1e9, priceMs };
      const lifetime = allKnowing(lengths);
      const costOf = ({ meanDelayMs, calls }: Outcome): number => meanDelayMs + priceMs * calls;
      const ours = outcomeOfPause((ageMs) => pauseMs([{ ageMs, lifetime }], price), lengths);
      const best = outcomeOf(optimalLooks(lengths, priceMs), lengths);
      expect(costOf(ours) / costOf(best)).toBeLessThan(1.03);
    },
  );

  it.each([tenMinutes, twoHours])(
    'from the history of a job see ends in half the time of a fixed minute, for its calls, and near the optimum: $name',
    (lengths) => {
      const random = createRandom(3);
      const fixed = outcomeOf(looksOf(every(60), 1e12), lengths);
      const outcomes = Array.from({ length: 6 }, () =>
        oursAt(fixed.calls, lengths, drawSeen(lengths, 24, random)),
      );
      const { meanDelayMs, calls } = meanOutcome(outcomes);
      expect(calls).toBeLessThan(1.02 * fixed.calls);
      expect(meanDelayMs / fixed.meanDelayMs).toBeLessThan(0.5);
      expect(meanDelayMs / optimumAt(fixed.calls, lengths).meanDelayMs).toBeLessThan(1.15);
      const unknown = oursAt(fixed.calls, lengths);
      expect(meanDelayMs / unknown.meanDelayMs).toBeLessThan(1.1);
      // The hazard of any length is twice as bad for one length as even looks (decision 0020).
      expect(unknown.meanDelayMs / fixed.meanDelayMs).toBeLessThan(2.4);
    },
  );
});

import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  advanceBackfill,
  type BackfillEvent,
  type BackfillState,
  beginBackfill,
  hasTimesLeft,
  isBackfillIdle,
  phaseOf,
} from '../../../workflows/backfill/backfill-state.js';

const OUTCOMES = ['succeeded', 'failed', 'canceled', 'present'] as const;

/** Plays events until it is idle; gives all that was started, and the states. */
function played(
  times: readonly number[],
  maxActive: number,
  eventAt: (step: number, state: BackfillState) => BackfillEvent | undefined,
) {
  let { state, start } = advanceBackfill(beginBackfill(times), { kind: 'begin' }, maxActive);
  const started = [...start];
  for (let step = 0; !isBackfillIdle(state); step += 1) {
    const event = eventAt(step, state);
    if (event === undefined) break;
    ({ state, start } = advanceBackfill(state, event, maxActive));
    started.push(...start);
    expect(state.running.length).toBeLessThanOrEqual(maxActive);
  }
  return { state, started };
}

const endOf = (
  time: number | undefined,
  outcome: (typeof OUTCOMES)[number] = 'succeeded',
): BackfillEvent | undefined =>
  time === undefined
    ? undefined
    : { kind: 'ended', time, outcome, runId: `r${time}`, reason: 'why' };

describe('a backfill (S5)', () => {
  test.prop([
    fc.uniqueArray(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 40 }),
    fc.integer({ min: 1, max: 5 }),
    fc.array(fc.tuple(fc.nat(4), fc.constantFrom(...OUTCOMES, 'pause', 'resume')), {
      minLength: 200,
      maxLength: 200,
    }),
  ])('starts each time once, in their order, and counts each end', (times, maxActive, moves) => {
    const { state, started } = played(times, maxActive, (step, { running, paused }) => {
      const [place, move] = moves[step % moves.length]!;
      if (move === 'pause' || move === 'resume') return { kind: move };
      const time = running[place % Math.max(1, running.length)];
      return time === undefined && paused ? { kind: 'resume' } : endOf(time, move);
    });
    expect(started).toEqual(times);
    const { total, succeeded, failed, canceled, present, failures } = state.counts;
    expect(succeeded + failed + canceled + present).toBe(total);
    expect(failures).toHaveLength(Math.min(100, failed + canceled));
    expect(phaseOf(state)).toBe('ended');
  });

  it('starts nothing while it is paused, and goes on at resume', () => {
    const begun = advanceBackfill(beginBackfill([1, 2, 3]), { kind: 'begin' }, 1);
    const paused = advanceBackfill(begun.state, { kind: 'pause' }, 1);
    const ended = advanceBackfill(paused.state, endOf(1)!, 1);
    expect([ended.start, phaseOf(ended.state), isBackfillIdle(ended.state)]).toEqual([
      [],
      'paused',
      false,
    ]);
    expect(advanceBackfill(ended.state, { kind: 'resume' }, 1).start).toEqual([2]);
  });

  it('a cancel starts nothing more, and is over when its runs have ended', () => {
    const { state, started } = played([1, 2, 3, 4], 2, (step, { running }) =>
      step === 0 ? { kind: 'cancel' } : endOf(running[0], 'canceled'),
    );
    expect(started).toEqual([1, 2]);
    expect(state.counts).toMatchObject({ canceled: 2, total: 4 });
    expect([phaseOf(state), hasTimesLeft(state)]).toEqual(['canceled', false]);
  });

  it('continues as new with the times that are left, once what runs has ended', () => {
    const { state } = played([1, 2, 3, 4], 2, (step, { running }) =>
      step === 0 ? { kind: 'drain' } : endOf(running[0], 'failed'),
    );
    expect([isBackfillIdle(state), hasTimesLeft(state)]).toEqual([true, true]);
    expect(state.times.slice(state.next)).toEqual([3, 4]);
    const next = beginBackfill(state.times.slice(state.next), { ...state.counts, paused: true });
    expect(next).toMatchObject({ paused: true, counts: { total: 4, failed: 2 } });
  });

  it('names a hundred failures, and counts the others', () => {
    const times = Array.from({ length: 300 }, (_, nth) => nth + 1);
    const { state } = played(times, 5, (_, { running }) => endOf(running[0], 'failed'));
    expect(state.counts.failed).toBe(300);
    expect(state.counts.failures).toHaveLength(100);
    expect(state.counts.failures[0]).toEqual({ runId: 'r1', outcome: 'failed', reason: 'why' });
  });
});

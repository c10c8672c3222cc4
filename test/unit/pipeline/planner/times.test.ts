import { describe, expect, it } from 'vitest';
import { advance } from '../../../../pipeline/planner/advance.js';
import type { PlanEvent } from '../../../../pipeline/planner/events.js';
import { attemptsOf, initialState, shortened } from '../../../../pipeline/planner/step-states.js';
import { aPlan, byText } from './a-run.js';

describe('times of steps (L1)', () => {
  const plan = aPlan({ a: {}, b: { needs: ['a'] }, c: { needs: ['b'] } }, { onFailure: 'hold' });
  /** The times of each step after these events, the first at second 1. */
  function timesAfter(...events: readonly PlanEvent[]) {
    let state = initialState(plan);
    for (const [index, event] of events.entries())
      ({ state } = advance(plan, state, event, byText(plan), (index + 1) * 1_000));
    return Object.fromEntries(
      Object.entries(state.steps).map(([id, { startedMs, endedMs }]) => [id, [startedMs, endedMs]]),
    );
  }
  const begin = { kind: 'begin' } as const;
  const ended = (step: string, outcome: 'succeeded' | 'failed', attempt = 1): PlanEvent => ({
    ...{ kind: 'itemEnded', step, index: 0, attempt, outcome },
  });
  const FAILED = [begin, ended('a', 'succeeded'), ended('b', 'failed')] as const;

  it('are when it began and when it ended; a skipped one only ended', () => {
    expect(timesAfter(begin)['a']).toEqual([1_000, undefined]);
    expect(timesAfter(...FAILED)).toEqual({
      a: [1_000, 2_000],
      b: [2_000, 3_000],
      c: [undefined, 3_000],
    });
  });

  it('are those of the last time, after a retry', () => {
    const retried = timesAfter(...FAILED, { kind: 'retryStep', step: 'b' });
    expect(retried).toEqual({
      a: [1_000, 2_000],
      b: [4_000, undefined],
      c: [undefined, undefined],
    });
  });
});

describe('attempts of a step', () => {
  it('count starts of an item and the retries of its job', () => {
    const plan = aPlan({ a: {} });
    let { state } = advance(plan, initialState(plan), { kind: 'begin' }, byText(plan));
    const end = { ...{ step: 'a', index: 0, attempt: 1 }, outcome: 'failed', retries: 2 } as const;
    ({ state } = advance(plan, state, { kind: 'itemEnded', ...end }, byText(plan)));
    expect(attemptsOf(state.steps['a']!)).toBe(3);
  });
});

describe('a reason that is too long', () => {
  it('is cut after a sentence, never within one that fits', () => {
    const first = `execution ${'x'.repeat(80)} of job j ended FAILED.`;
    expect(shortened(`${first} Read the Spark log under the execution's logPath.`, 150)).toBe(
      first,
    );
  });

  it('is cut after a word where the first sentence is too long, and says so', () => {
    expect(shortened('one two three four five', 12)).toBe('one two…');
    expect(shortened('x'.repeat(20), 10)).toBe(`${'x'.repeat(9)}…`);
    expect(shortened('short', 10)).toBe('short');
  });
});

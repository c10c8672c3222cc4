import { describe, expect, it } from 'vitest';
import { expectedTime } from '../../../../cli/pipeline/plan/expected-time.js';
import { MINUTE, planOf, told } from './planned.js';

const FIVE = { runs: 3, medianMs: 5 * MINUTE };
const TEN = { runs: 9, medianMs: 10 * MINUTE };

describe('expectedTime', () => {
  it('adds up the way through the graph that takes longest', () => {
    const plan = planOf({
      a: { job: 'five' },
      b: { job: 'ten', needs: ['a'] },
      c: { job: 'five', needs: ['a'] },
      d: { job: 'five', needs: ['b', 'c'] },
    });
    expect(expectedTime(plan, {}, told({ five: FIVE, ten: TEN }))).toMatchObject({
      ms: 20 * MINUTE,
      criticalPath: ['a', 'b', 'd'],
      unknown: [],
    });
  });

  it.each([
    ['the pipeline', {}, {}, 2],
    ['the step', { maxParallel: 1 }, {}, 5],
    ['the job', {}, { maxConcurrentRuns: 2 }, 3],
  ])('runs items in as many rounds as %s lets them', (_, step, job, rounds) => {
    const forEach = ['KR', 'JP', 'US', 'DE', 'FR'];
    const plan = planOf({ a: { job: 'five', forEach, ...step } }, { concurrency: 4 });
    const { ms, steps } = expectedTime(plan, {}, told({ five: { ...FIVE, ...job } }));
    expect(ms).toBe(rounds * 5 * MINUTE);
    expect(steps['a']?.note).toMatch(/^5 items, \d at once: each 5m, median of 3 runs$/);
  });

  it('counts the items of a list that follows from the parameters', () => {
    const plan = planOf(
      { a: { job: 'five', forEach: '${{ params.regions }}' } },
      { parameters: { regions: { type: 'list' } }, concurrency: 1 },
    );
    expect(expectedTime(plan, { regions: ['KR', 'JP'] }, told({ five: FIVE })).ms).toBe(
      10 * MINUTE,
    );
    const open = expectedTime(plan, {}, told({ five: FIVE }));
    expect(open.steps['a']).toEqual({
      note: '5m an item; the number of items is known when the step runs',
    });
  });

  it('says what nobody can know, and counts a step that runs after a failure as nothing', () => {
    const plan = planOf({
      a: { job: 'new' },
      b: { needs: ['a'], approval: { timeout: '12h' } },
      c: { needs: ['b'], activity: 'sendReport' },
      d: { needs: ['c'], runIf: 'anyFailed', activity: 'alarm' },
    });
    const { ms, unknown, steps } = expectedTime(plan, {}, told({ new: { runs: 0 } }));
    expect({ ms, unknown }).toEqual({ ms: 0, unknown: ['a', 'b', 'c'] });
    expect(Object.values(steps).map(({ note }) => note)).toEqual([
      'no run of the job has completed yet',
      'a person decides, 12h at most',
      'an activity of your own',
      'runs after a failure only',
    ]);
  });

  it('takes the time of a pipeline within it', () => {
    const inner = {
      pipeline: 'inner',
      steps: { x: { job: 'five' }, y: { job: 'ten', needs: ['x'] } },
    };
    const plan = planOf({ a: { pipeline: inner } });
    expect(expectedTime(plan, {}, told({ five: FIVE, ten: TEN })).steps['a']).toEqual({
      ms: 15 * MINUTE,
      note: 'x → y of pipeline inner',
    });
  });

  it('takes no longer for 500 steps in a chain', () => {
    const ids = Array.from({ length: 500 }, (_, place) => `s${place}`);
    const steps = ids.map((id, place) => [id, { job: 'five', needs: ids.slice(place - 1, place) }]);
    const plan = planOf(Object.fromEntries(steps) as Parameters<typeof planOf>[0]);
    expect(expectedTime(plan, {}, told({ five: FIVE })).criticalPath).toHaveLength(500);
  });
});

import { describe, expect, it } from 'vitest';
import type { StepState } from '../../../../contract/pipeline.js';
import { advance } from '../../../../pipeline/planner/advance.js';
import { ARun, aPlan } from './a-run.js';

const WIDE = Array.from({ length: 2_000 }, (_, index) => index);

/** A chain of 999 steps beside one of 2,000 items. */
const plan = aPlan(
  {
    each: { forEach: WIDE, maxParallel: 10 },
    ...Object.fromEntries(
      Array.from({ length: 999 }, (_, index) => [
        `step-${index}`,
        { needs: index === 0 ? [] : [`step-${index - 1}`], when: 'true' },
      ]),
    ),
  },
  { concurrency: 20 },
);

describe('what an event costs', () => {
  it('all other steps and items are shared with the state before', () => {
    const run = new ARun(plan);
    const before = run.state;
    run.end('each', 'succeeded', { index: 0, output: 1 });
    const changed = Object.keys(plan.steps).filter(
      (id) => run.state.steps[id] !== before.steps[id],
    );
    expect(changed).toEqual(['each']);
    const items = run.state.steps['each']?.items ?? [];
    const newItems = items.flatMap((item, index) =>
      item === before.steps['each']?.items[index] ? [] : [index],
    );
    expect(newItems).toEqual([0, 10]); // the one that ended, and the one that took its place
  });

  it('steps are read a few times each, items are not walked through', () => {
    const run = new ARun(plan);
    let [stepReads, itemReads] = [0, 0];
    const counting = <T extends object>(target: T, count: () => void): T =>
      new Proxy(target, {
        get: (all, name, self): unknown => {
          count();
          return Reflect.get(all, name, self);
        },
      });
    const { steps } = run.state;
    const each = steps['each'] as StepState;
    const items = each.items.map((item) => counting(item, () => (itemReads += 1)));
    const counted = counting({ ...steps, each: { ...each, items } }, () => (stepReads += 1));
    advance(
      run.plan,
      { ...run.state, steps: counted },
      { kind: 'itemEnded', step: 'each', index: 7, attempt: 1, outcome: 'succeeded' },
      () => true,
    );
    expect(stepReads).toBeLessThan(10 * 1_000);
    expect(itemReads).toBeLessThan(20);
  });

  it('a condition is asked once, when its step begins', () => {
    const asked: string[] = [];
    const run = new ARun(plan, (step) => {
      asked.push(step);
      return true;
    });
    for (let index = 0; index < 999; index += 1) run.end(`step-${index}`, 'succeeded');
    expect(asked).toEqual(Array.from({ length: 999 }, (_, index) => `step-${index}`));
  });

  it('states before an event stay as they were', () => {
    const run = new ARun(aPlan({ a: { forEach: [1, 2] }, b: { needs: ['a'] } }));
    const { state } = run;
    const text = JSON.stringify(state);
    run.end('a', 'succeeded').end('a', 'failed');
    expect(JSON.stringify(state)).toBe(text);
  });
});

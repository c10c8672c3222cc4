import { describe, expect, it } from 'vitest';
import { createSlotWatch, isNearlyFull } from '../../../worker/slots.js';

const aWatch = () => {
  const warnings: string[] = [];
  const watch = createSlotWatch((message) => warnings.push(message), { taskQueue: 'q' });
  const look = (used: number, slots = 100): void => {
    watch.look({ used, slots });
  };
  return { watch, warnings, look };
};

describe('createSlotWatch', () => {
  it('warns once when nine of ten slots are used, with the figures and the remedy', () => {
    const { warnings, look } = aWatch();
    for (const used of [10, 89, 90, 95, 100]) look(used);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(
      /^90 of 100 activity slots.*DATAFLOW_MAX_ACTIVITIES.*waitTaskQueue/,
    );
  });

  it('is silent while the use moves around the mark, and warns again after it had fallen well below', () => {
    const { warnings, look } = aWatch();
    for (const used of [90, 88, 91, 76, 92]) look(used);
    expect(warnings).toHaveLength(1);
    for (const used of [74, 90]) look(used);
    expect(warnings).toHaveLength(2);
  });

  it('says nothing where nobody knows how many slots there are', () => {
    const { watch, warnings } = aWatch();
    watch.look(undefined);
    expect(warnings).toEqual([]);
  });
});

describe('isNearlyFull', () => {
  it.each([
    [1, 1],
    [9, 10],
    [5_000, 5_000],
  ])('holds for %s of %s slots', (used, slots) => {
    expect(isNearlyFull({ used, slots }, false)).toBe(true);
  });
});

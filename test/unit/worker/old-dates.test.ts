import { describe, expect, it } from 'vitest';
import { DataFlowCallError } from '../../../client/errors.js';
import { DEFAULT_TIMINGS } from '../../../contract/timings.js';
import { createBackdatingTrial } from '../../../worker/backdating-support.js';
import { fakeProfile } from '../activities/fake-profile.js';

const REFUSED = new DataFlowCallError(
  {
    call: 'getJobs',
    request: 'GET /jobs',
    failure: 'DataFlowUnauthenticated',
    sent: 'yes',
    complete: true,
    status: 401,
    errorCode: '200',
  },
  'came',
);

/** A gateway that takes old dates or not, on a clock that the test moves. */
function aTrial() {
  const world = { takesOldDates: true, nowMs: 0, trials: 0 };
  const warnings: string[] = [];
  const fake = fakeProfile({});
  const client = {
    ...fake.profile.client,
    call: (_name: unknown, _input: unknown, { signedAtMs }: { signedAtMs?: number }) => {
      if (signedAtMs === undefined) return Promise.resolve({ output: {}, dateMs: undefined });
      world.trials += 1;
      return world.takesOldDates
        ? Promise.resolve({ output: {}, dateMs: undefined })
        : Promise.reject(REFUSED);
    },
  } as unknown as typeof fake.profile.client;
  const trial = createBackdatingTrial(
    client,
    DEFAULT_TIMINGS,
    (message) => warnings.push(message),
    () => world.nowMs,
  );
  return { world, trial, warnings };
}

describe('the trial of old dates', () => {
  it('is made once where they are taken', async () => {
    const { world, trial } = aTrial();
    for (let prepare = 0; prepare < 3; prepare += 1) await trial.learn();
    expect(world.trials).toBe(1);
    expect(trial.areTaken()).toBe(true);
  });

  it('is made again where they were refused: no answer decides for the life of a process (C17)', async () => {
    const { world, trial, warnings } = aTrial();
    world.takesOldDates = false;
    await trial.learn();
    expect(trial.areTaken()).toBe(false);
    world.takesOldDates = true;
    await trial.learn();
    expect(trial.areTaken()).toBe(false); // not at each prepare
    world.nowMs += 300_000;
    await trial.learn();
    expect(trial.areTaken()).toBe(true);
    expect(world.trials).toBe(2);
    expect(warnings).toHaveLength(1);
  });
});

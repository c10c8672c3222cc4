import { describe, expect, it, vi } from 'vitest';
import { problemsOf } from './properties.js';
import { LATEST, postedIds, resultOf, scriptedWorld, startWorkflow } from './scripted.js';

vi.mock('@temporalio/workflow', () => import('./workflow-sdk.js'));

// Smallest schedules that broke earlier versions of the code. The model found them. `Breaks:` names the change of the
// code that makes the test fail.

describe('rule 3, a workflow reset behind prepare', () => {
  // Breaks: ending the run with less than a minute left before the permit is checked.
  it('looks for the earlier run’s POST when less than a minute of runTimeout is left', async () => {
    const world = scriptedWorld([LATEST]);
    const workflow = startWorkflow(world, { runTimeout: 65_000, exclusive: true });
    world.at(6_000, () => {
      workflow.reset(0);
    });
    await world.play();
    expect(problemsOf(world)).toEqual([]);
    expect(workflow.progress).toMatchObject({ executionId: postedIds(world)[0] });
    expect(postedIds(world)).toHaveLength(1);
  });

  // Breaks: taking a schedule-to-start time-out for proof that no run has posted under the permit.
  it('looks for the earlier run’s POST when no worker takes the new run’s submit up in time', async () => {
    const world = scriptedWorld([{}]);
    const workflow = startWorkflow(world);
    world.at(400, () => {
      for (const worker of world.temporal.workers) worker.cutOffUntilMs = world.time.nowMs + 60_000;
      workflow.reset(0);
    });
    await world.play();
    expect(problemsOf(world)).toEqual([]);
    expect(resultOf(workflow)).toMatchObject({ submissionOutcome: 'adopted' });
    expect(postedIds(world)).toHaveLength(1);
  });

  // Breaks: recognising the earlier run's execution by the minutes that the new run would send.
  it('recognises the earlier run’s execution although it was given more minutes', async () => {
    const world = scriptedWorld([{}]);
    const workflow = startWorkflow(world, { runTimeout: 900_000, exclusive: true });
    world.at(125_000, () => {
      workflow.reset(0);
    });
    await world.play();
    expect(problemsOf(world)).toEqual([]);
    expect(resultOf(workflow)).toMatchObject({ submissionOutcome: 'adopted' });
    expect(postedIds(world)).toHaveLength(1);
  });
});

describe('rules 1 and 4, a process that has not heard of the service’s clock', () => {
  // Breaks: reconciling that ends by the worker's own wall clock.
  it('does not end a look by its own clock, which is fast', async () => {
    const world = scriptedWorld(
      [
        (one, sender) => {
          one.at(one.time.elapsedMs + 40, () => {
            sender.kill();
            one.addWorker(200_000);
          });
          return LATEST;
        },
      ],
      { workers: 1 },
    );
    const workflow = startWorkflow(world);
    await world.play();
    expect(problemsOf(world)).toEqual([]);
    expect(resultOf(workflow)).toMatchObject({ submissionOutcome: 'adopted', posts: 1 });
    expect(postedIds(world)).toHaveLength(1);
  });

  // Breaks: a permit that is checked against the worker's own wall clock.
  it('does not check a permit against its own clock, which is slow', async () => {
    const world = scriptedWorld([], {
      workers: 1,
      switches: { maxSignatureAgeMs: null },
      timings: { backdateSubmit: 'off' },
      delays: { toFrozen: () => true },
    });
    const workflow = startWorkflow(world);
    world.at(150, () => {
      world.temporal.workers[0]!.kill();
      world.addWorker(-250_000).freeze(78_000);
    });
    world.at(5_000, () => {
      world.addWorker();
    });
    await world.play();
    expect(problemsOf(world)).toEqual([]);
    expect(resultOf(workflow)).toMatchObject({ submissionOutcome: 'submitted' });
    expect(postedIds(world)).toHaveLength(1);
  });

  // Breaks: refusing every submit after the wall clock was set forward.
  it('asks for the time again when its wall clock was set forward, and does not refuse for ever', async () => {
    const world = scriptedWorld([{ unreachable: true }], { workers: 1 });
    const workflow = startWorkflow(world);
    workflow.onSubmit = () => {
      world.temporal.workers[0]!.setWallClock(60_000 * workflow.submits);
    };
    await world.play(600_000);
    expect(problemsOf(world)).toEqual([]);
    expect(resultOf(workflow)).toMatchObject({ submissionOutcome: 'submitted', posts: 1 });
    expect(workflow.submits).toBe(2);
  });
});

describe('rule 2, the trial of old dates', () => {
  // Breaks: concluding from the refusal of a delayed read that the gateway refuses old dates.
  it('learns nothing from a refusal when the trial itself was late', async () => {
    let reads = 0;
    const world = scriptedWorld([{ freezeMs: 120_000 }], {
      workers: 1,
      planReads: ({ operation }) => {
        if (operation === 'getJobs') reads += 1;
        return operation === 'getJobs' && reads === 2 ? { requestMs: 20_000 } : {};
      },
    });
    world.at(25_000, () => {
      world.addWorker();
    });
    const workflow = startWorkflow(world);
    await world.play();
    expect(problemsOf(world)).toEqual([]);
    expect(resultOf(workflow)).toMatchObject({ submissionOutcome: 'submitted', posts: 2 });
    expect(postedIds(world)).toHaveLength(1);
  });
});

import { describe, expect, it, vi } from 'vitest';
import { problemsOf } from './properties.js';
import {
  endOf,
  LATEST,
  postedIds,
  postsMade,
  resultOf,
  scriptedWorld,
  startWorkflow,
} from './scripted.js';

vi.mock('@temporalio/workflow', () => import('./workflow-sdk.js'));

// Each schedule broke a simpler protocol. `Breaks:` names the change of the code that makes the test fail. Times are
// ms since the start; the first baseline is taken within 200 ms.

describe('CE1, rule 4 (a look ends late)', () => {
  // Breaks: reconciling that ends before B0 + X + T + maxListingDelay, or with a listing that began before that.
  it('waits for a POST that left, arrived, was created and was listed as late as each may be', async () => {
    const world = scriptedWorld([
      (_, sender) => {
        sender.cutOffUntilMs = Infinity; // Temporal times the attempt out after 10 s; its POST continues
        return { ...LATEST, connectMs: 13_800, requestMs: 14_900 };
      },
    ]);
    const workflow = startWorkflow(world);
    await world.play();
    expect(problemsOf(world)).toEqual([]);
    expect(resultOf(workflow)).toMatchObject({ submissionOutcome: 'adopted', posts: 1 });
    expect(postedIds(world)).toHaveLength(1);
    expect(world.service.executions()[0]!.acceptedAt - world.time.startMs).toBeGreaterThan(28_000);
  });

  // Breaks: a listing counted from when it was answered.
  it('does not end with a listing that was begun earlier, and answered later', async () => {
    const world = scriptedWorld(
      [{ ...LATEST, connectMs: 13_800, requestMs: 14_900, lostAnswer: 'reset' }],
      {
        planReads: ({ operation }) =>
          operation === 'getJobExecutions' && world.time.elapsedMs > 40_000
            ? { answerMs: 25_000 }
            : {},
      },
    );
    const workflow = startWorkflow(world);
    await world.play();
    expect(problemsOf(world)).toEqual([]);
    expect(resultOf(workflow)).toMatchObject({ submissionOutcome: 'adopted', posts: 1 });
    expect(postedIds(world)).toHaveLength(1);
    // Otherwise the listing of the next permit prevents the duplicate.
    expect(world.time.diary.filter((line) => line.endsWith('prepare begins'))).toHaveLength(1);
  });
});

describe('CE2, rules 1 and 3 (who looks does not post; a permit is for one POST)', () => {
  // Breaks: one activity that lists and then posts, whose timed-out attempts still post; a permit that is used again.
  it('posts once more after a look that one worker began, was cut off from, and another one finished', async () => {
    const world = scriptedWorld([
      (one) => {
        one.at(2_000, () => {
          for (const worker of one.temporal.workers) worker.cutOffUntilMs = one.time.nowMs + 15_000;
        });
        return { effect: { status: 503 } };
      },
      { creationLagMs: 10_000, listLagMs: 5_000 },
    ]);
    const workflow = startWorkflow(world);
    await world.play();
    expect(problemsOf(world)).toEqual([]);
    expect(resultOf(workflow)).toMatchObject({ submissionOutcome: 'submitted', posts: 2 });
    expect(postedIds(world)).toHaveLength(1);
    const looks = world.time.diary.filter((line) => line.includes('dataflowReconcileSubmission'));
    expect(looks.length).toBeGreaterThan(1);
  });
});

describe('CE3, rule 3 (the run id of a permit; a redelivery is no first delivery)', () => {
  // Breaks: no comparison of the permit's run id with the activity's.
  it('adopts what the earlier run posted when a workflow is reset right behind prepare', async () => {
    const world = scriptedWorld([LATEST]);
    const workflow = startWorkflow(world);
    world.at(400, () => {
      workflow.reset(0);
    });
    await world.play();
    expect(problemsOf(world)).toEqual([]);
    expect(resultOf(workflow)).toMatchObject({ submissionOutcome: 'adopted' });
    expect(postedIds(world)).toHaveLength(1);
  });

  // Breaks: no comparison of the attempt's schedule with the activity's.
  it('adopts what the first delivery posted when the submit is reset and delivered again', async () => {
    const world = scriptedWorld([
      (one) => {
        one.at(one.time.elapsedMs + 100, () => {
          one.workflows[0]!.runningActivity?.reset();
        });
        return { ...LATEST, answerMs: 5_000 };
      },
    ]);
    const workflow = startWorkflow(world);
    await world.play();
    expect(problemsOf(world)).toEqual([]);
    expect(resultOf(workflow)).toMatchObject({ submissionOutcome: 'adopted' });
    expect(postedIds(world)).toHaveLength(1);
  });
});

describe('CE4, rule 2 (the POST expires; a refused one is not signed anew)', () => {
  // Breaks: a plain date on the POST; a permit checked before the connection is there.
  it('lets the gateway refuse a POST whose sender froze after the check of its permit', async () => {
    const world = scriptedWorld([{ freezeMs: 120_000 }]);
    const workflow = startWorkflow(world);
    await world.play();
    expect(problemsOf(world)).toEqual([]);
    expect(resultOf(workflow)).toMatchObject({ submissionOutcome: 'submitted', posts: 2 });
    expect(postedIds(world)).toHaveLength(1);
    expect(world.time.diary.filter((line) => /executeJob .*401/.test(line))).toHaveLength(1);
  });

  // Breaks: a 401 on executeJob answered with a fresh signature.
  it('takes the refusal for final when the machine slept, and its time limits with it', async () => {
    const world = scriptedWorld([{ freezeMs: 120_000, freezeHow: 'suspended' }]);
    const workflow = startWorkflow(world);
    await world.play();
    expect(problemsOf(world)).toEqual([]);
    expect(resultOf(workflow)).toMatchObject({ submissionOutcome: 'submitted', posts: 2 });
    expect(postedIds(world)).toHaveLength(1);
    expect(postsMade(world)).toBe(2);
  });
});

describe('CE5, rules 6 and 8 (a likeness is not stopped)', () => {
  // Breaks: a cleanup that stops by likeness.
  it('leaves an equal run of another workflow alone when a cancel meets an unknown outcome, and says unknown', async () => {
    const world = scriptedWorld([
      { creationLagMs: 5_000, listLagMs: 5_000 },
      (_, sender) => {
        sender.kill();
        return {};
      },
    ]);
    world.addWorker();
    const holder = startWorkflow(world);
    const waiter = startWorkflow(world, {}, 100);
    world.at(12_000, () => {
      waiter.cancel();
    });
    await world.play();
    expect(problemsOf(world)).toEqual([]);
    expect(resultOf(holder)).toMatchObject({ submissionOutcome: 'submitted' });
    expect(endOf(waiter)).toMatchObject({ type: undefined });
    expect(endOf(waiter).unknown).toContain(postedIds(world)[0]);
    expect(world.service.cancels).toEqual([]);
  });
});

describe('CE6, rule 3 (without an unknown outcome nobody looks)', () => {
  // Breaks: reconciling because of an old baseline or a further attempt, although nothing was sent.
  it('posts under a fresh permit when nobody took the submit up, whatever equal run began meanwhile', async () => {
    const world = scriptedWorld([]);
    const workflow = startWorkflow(world);
    workflow.onSubmit = () => {
      if (workflow.submits > 1) return;
      for (const worker of world.temporal.workers) worker.cutOffUntilMs = world.time.nowMs + 60_000;
    };
    world.at(25_000, () => world.service.startForeign({ execution: { runningMs: 300_000 } }));
    await world.play();
    expect(problemsOf(world)).toEqual([]);
    expect(resultOf(workflow)).toMatchObject({ submissionOutcome: 'submitted', posts: 1 });
    expect(world.time.diary.some((line) => line.includes('FindSubmission'))).toBe(false);
  });
});

describe('CE7, rule 3 (an unknown outcome stays one)', () => {
  // Breaks: "not sent" of one try clearing the unknown outcome of another.
  it('looks for an accepted POST whose worker died, though the try before it was proven not sent', async () => {
    const world = scriptedWorld([
      { unreachable: true },
      (one, sender) => {
        one.at(one.time.elapsedMs + 40, () => {
          sender.kill();
        });
        return LATEST;
      },
    ]);
    const workflow = startWorkflow(world);
    await world.play();
    expect(problemsOf(world)).toEqual([]);
    expect(resultOf(workflow)).toMatchObject({ submissionOutcome: 'adopted', posts: 1 });
    expect(postedIds(world)).toHaveLength(1);
  });

  // Breaks: a bad-state or a "not sent" that counts after an unknown outcome.
  it('looks again when the POST after an outcome that was settled is refused, because its own first one runs', async () => {
    const world = scriptedWorld(
      [{ lostAnswer: 'reset', creationLagMs: 70_000, listLagMs: 70_000 }],
      { job: { maxConcurrentRuns: 1, executions: [{ runningMs: 300_000 }] } },
    );
    const workflow = startWorkflow(world, { onBusy: 'wait' });
    await world.play();
    expect(resultOf(workflow)).toMatchObject({ submissionOutcome: 'adopted' });
    expect(postedIds(world)).toHaveLength(1);
  });
});

describe('CE8, rules 5 and 7 (decided at the end of the look; ambiguous is an outcome)', () => {
  // Breaks: adopting the first match that is seen.
  it('names both when an equal foreign run is listed before its own', async () => {
    const world = scriptedWorld([
      { lostAnswer: 'silent', creationLagMs: 10_000, listLagMs: 10_000 },
    ]);
    const workflow = startWorkflow(world);
    let foreign = '';
    world.at(5_000, () => {
      world.service.set({ creationLagMs: 0, listLagMs: 0 });
      foreign = world.service.startForeign({ execution: { runningMs: 300_000 } });
    });
    await world.play();
    expect(problemsOf(world)).toEqual([]);
    expect(endOf(workflow)).toMatchObject({ type: 'DataFlowSubmissionAmbiguous' });
    expect([...endOf(workflow).candidates].sort()).toEqual([...postedIds(world), foreign].sort());
    expect(world.service.cancels).toEqual([]);
  });
});

describe('CE9, rule 1 (a permit counts from its baseline, and is checked where the bytes leave)', () => {
  // Breaks: no check of the permit, or one that counts from the delivery. Here the gateway does not check the age.
  it('keeps back the POST of a task that reached its worker after its successor had looked', async () => {
    const world = scriptedWorld([], {
      workers: 1,
      switches: { maxSignatureAgeMs: null },
      timings: { backdateSubmit: 'off' },
      delays: { toFrozen: () => true },
    });
    const workflow = startWorkflow(world);
    world.at(150, () => {
      world.temporal.workers[0]!.freeze(78_000);
    });
    world.at(1_000, () => {
      // The worker has the submit, and does not learn of its timeout.
      world.temporal.workers[0]!.cutOffUntilMs = Infinity;
    });
    world.at(5_000, () => {
      world.addWorker();
    });
    await world.play();
    expect(problemsOf(world)).toEqual([]);
    expect(resultOf(workflow)).toMatchObject({ submissionOutcome: 'submitted' });
    expect(postedIds(world)).toHaveLength(1);
  });
});

import { describe, expect, it, vi } from 'vitest';
import { DEFAULT_TIMINGS } from '../../contract/timings.js';
import { problemsOf } from './properties.js';
import { postedIds, resultOf, scriptedWorld, startWorkflow } from './scripted.js';
import type { World } from './world.js';

vi.mock('@temporalio/workflow', () => import('./workflow-sdk.js'));

const A_TASK_MS = 10_000;

/** Lines of the diary about prepare. */
const prepares = ({ time }: World): readonly string[] =>
  time.diary.flatMap((line) => {
    const [, where] = /dataflowPrepareSubmission (locally on w\d+|\d+ to w\d+)/.exec(line) ?? [];
    return where ?? [];
  });

function expectOne(world: World): void {
  expect(problemsOf(world)).toEqual([]);
  expect(resultOf(world.workflows[0]!)).toMatchObject({ submissionOutcome: 'submitted', posts: 1 });
  expect(postedIds(world)).toHaveLength(1);
}

describe('a worker that prepares locally', () => {
  it('and dies while it reads leaves nothing: the next one takes a permit of its own', async () => {
    const world = scriptedWorld([], {
      planReads: ({ operation }, sender) => {
        if (operation === 'getJobById' && sender.name === 'w1') sender.kill();
        return {};
      },
    });
    startWorkflow(world);
    await world.play();
    expectOne(world);
    expect(prepares(world)).toEqual(['locally on w1', 'locally on w2']);
  });

  it('and dies before its workflow task is completed leaves neither permit nor submit', async () => {
    const world = scriptedWorld([], { delays: { hold: () => 500 } });
    world.at(400, () => {
      world.temporal.workers.find(({ name }) => name === 'w1')!.kill();
    });
    startWorkflow(world);
    await world.play();
    expectOne(world);
    expect(prepares(world)).toEqual(['locally on w1', 'locally on w2']);
  });

  it('and dies after its workflow task was completed leaves both: another worker posts under the permit', async () => {
    const world = scriptedWorld([]);
    const workflow = startWorkflow(world);
    workflow.onSubmit = () => {
      world.temporal.workers.find(({ name }) => name === 'w1')!.kill();
    };
    await world.play();
    expectOne(world);
    expect(prepares(world)).toEqual(['locally on w1']);
  });

  it('and freezes until its workflow task is given up completes nothing when it goes on', async () => {
    const world = scriptedWorld([], { delays: { hold: () => 200 } });
    world.at(300, () => {
      world.temporal.workers.find(({ name }) => name === 'w1')!.freeze(4 * A_TASK_MS);
    });
    startWorkflow(world);
    await world.play();
    expectOne(world);
    expect(prepares(world)).toEqual(['locally on w1', 'locally on w2']);
  });

  it('and whose workflow is reset meanwhile leaves nothing to the new run', async () => {
    const world = scriptedWorld([], { delays: { hold: () => 500 } });
    const workflow = startWorkflow(world);
    world.at(400, () => {
      workflow.reset(1);
    });
    await world.play();
    expectOne(world);
    expect(prepares(world)).toHaveLength(2);
  });

  it('and completes its task late still posts within the permit, which counts from the read', async () => {
    const holdMs = 8_000;
    const world = scriptedWorld([], { delays: { hold: () => holdMs } });
    startWorkflow(world);
    await world.play();
    expectOne(world);
    const [post] = world.service.executions();
    const afterMs = post!.acceptedAt - world.time.startMs;
    expect(afterMs).toBeGreaterThan(holdMs);
    expect(afterMs).toBeLessThan(DEFAULT_TIMINGS.permitTtlMs);
  });

  it('later than the permit lasts posts nothing under it, and the regular activity takes the next', async () => {
    const world = scriptedWorld([], {
      delays: { hold: () => 8_000 },
      timings: { permitTtlMs: 6_000 },
    });
    startWorkflow(world);
    await world.play();
    expectOne(world);
    expect(prepares(world)).toEqual(['locally on w1', '1 to w1']);
  });

  it('and meets a service that does not answer hands over to the regular activity within three seconds', async () => {
    let reads = 0;
    const world = scriptedWorld([], {
      planReads: ({ operation }) => {
        if (operation === 'getJobExecutions') reads += 1;
        return operation === 'getJobExecutions' && reads === 1 ? { answerMs: 20_000 } : {};
      },
    });
    startWorkflow(world);
    await world.play();
    expectOne(world);
    expect(prepares(world)).toHaveLength(2);
    const [post] = world.service.executions();
    expect(post!.acceptedAt - world.time.startMs).toBeLessThan(5_000);
  });
});

describe('a workflow on a worker without our activities', () => {
  it('is prepared by the regular activity, and tries no local one again', async () => {
    const world = scriptedWorld([], {
      workers: 1,
      job: {
        maxConcurrentRuns: 10,
        executions: [{ runningMs: 1_000, outcome: 'FAILED' }, { runningMs: 1_000 }],
      },
    });
    world.temporal.workers.unshift(world.addWorker(0, false));
    world.temporal.workers.pop();
    startWorkflow(world, { retry: { maximumAttempts: 2, initialInterval: 1_000 } });
    await world.play();
    expect(problemsOf(world)).toEqual([]);
    expect(resultOf(world.workflows[0]!)).toMatchObject({ attempts: 2 });
    expect(prepares(world)).toEqual(['1 to w1', '1 to w1']);
  });
});

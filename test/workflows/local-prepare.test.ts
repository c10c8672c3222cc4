import type { WorkflowHandle } from '@temporalio/client';
import { Worker, type WorkflowBundle } from '@temporalio/worker';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { bundleWithPlugin } from '../support/bundle.js';
import { doneLocally, type Event, eventsOf, scheduled } from '../support/history.js';
import { inWorld, type World } from '../support/world.js';
import type { UsersActivities } from './code/local-activities.js';

const PREPARE = 'dataflowPrepareSubmission';
const QUICK_RUN = { waitingMs: 100, runningMs: 300 };
const PLAIN_EVENTS = 18;

const markers = (events: readonly Event[], name: string): readonly Event[] =>
  events.filter(({ markerRecordedEventAttributes: marker }) => marker?.markerName === name);
const localMarkers = (events: readonly Event[]) => markers(events, 'core_local_activity');

/** A run that was prepared locally. On a busy machine some are prepared by the regular activity. */
async function preparedLocally(world: World) {
  for (;;) {
    const handle = await world.start({ jobId: 'jobA' });
    await handle.result();
    const events = await eventsOf(handle);
    if (scheduled(events, PREPARE).length === 0) return { handle, events };
  }
}

async function replayed(handle: WorkflowHandle, bundle?: WorkflowBundle): Promise<void> {
  const workflowBundle = bundle ?? { codePath: inject('workflowBundlePath') };
  await Worker.runReplayHistory({ workflowBundle }, await handle.fetchHistory(), handle.workflowId);
}

describe('prepare as a local activity', () => {
  it(`is written with the schedule of the submit: a plain run has ${PLAIN_EVENTS} events and no prepare activity`, () =>
    inWorld({ jobs: [{ jobId: 'jobA', executions: [QUICK_RUN] }] }, async (world) => {
      const { handle, events } = await preparedLocally(world);
      const [marker, ...more] = doneLocally(events);
      expect(more).toEqual([]);
      const [submit] = scheduled(events, 'dataflowExecuteJob');
      const taskOf = ({ workflowTaskCompletedEventId: id } = {} as Completed) => String(id);
      expect(taskOf(marker?.markerRecordedEventAttributes as Completed)).toBe(
        taskOf(submit?.activityTaskScheduledEventAttributes as Completed),
      );
      expect(events).toHaveLength(PLAIN_EVENTS);
      await replayed(handle);
    }));

  it('that fails is done by the regular activity, which repeats it', () =>
    inWorld(
      {
        jobs: [{ jobId: 'jobA', executions: [QUICK_RUN] }],
        faults: [{ on: 'getJobById', calls: [1, 2], then: { status: 503 } }],
      },
      async (world) => {
        const handle = await world.start({ jobId: 'jobA' });
        expect(await handle.result()).toMatchObject({ submissionOutcome: 'submitted', posts: 1 });
        const events = await eventsOf(handle);
        expect(localMarkers(events)).toHaveLength(1);
        expect(doneLocally(events)).toEqual([]);
        expect(scheduled(events, PREPARE)).toHaveLength(1);
        await replayed(handle);
      },
    ));

  it('that is not answered in time is done by the regular activity', () =>
    inWorld(
      {
        jobs: [{ jobId: 'jobA', executions: [QUICK_RUN] }],
        faults: [{ on: 'getJobById', calls: [1], then: { delayMs: 60_000 } }],
      },
      async (world) => {
        const handle = await world.start({ jobId: 'jobA' });
        await handle.result();
        const events = await eventsOf(handle);
        expect(doneLocally(events)).toEqual([]);
        expect(scheduled(events, PREPARE)).toHaveLength(1);
        await replayed(handle);
      },
    ));

  it('that is told to wait is done by the regular activity after that', () =>
    inWorld(
      {
        jobs: [{ jobId: 'jobA', executions: [QUICK_RUN] }],
        faults: [
          { on: 'getJobById', calls: [1], then: { status: 429, headers: { 'retry-after': '2' } } },
        ],
      },
      async (world) => {
        const handle = await world.start({ jobId: 'jobA' });
        await handle.result();
        const [first, second] = world.simulator
          .log()
          .filter(({ operation }) => operation === 'getJobById');
        expect(second!.atMs - first!.atMs).toBeGreaterThanOrEqual(2_000);
      },
    ));

  it('is not taken for a further permit after a refusal', () =>
    inWorld(
      {
        jobs: [{ jobId: 'jobA', executions: [QUICK_RUN] }],
        faults: [{ on: 'executeJob', calls: [1], then: { status: 429 } }],
      },
      async (world) => {
        const handle = await world.start({ jobId: 'jobA' });
        expect(await handle.result()).toMatchObject({ posts: 2 });
        const events = await eventsOf(handle);
        expect(localMarkers(events)).toHaveLength(1);
        expect(scheduled(events, PREPARE).length).toBeGreaterThan(0);
      },
    ));
});

interface Completed {
  readonly workflowTaskCompletedEventId?: unknown;
}

describe('a worker that runs workflows and none of our activities', () => {
  it.each([
    ['no activities at all', {}],
    ['activities of others', { others: () => Promise.resolve() }],
  ])('with %s leaves prepare to the activities of others, and remembers it', (_, activities) =>
    inWorld(
      {
        jobs: [{ jobId: 'jobA', executions: [{ ...QUICK_RUN, outcome: 'FAILED' }, QUICK_RUN] }],
        worker: { workflowBundle: undefined as never },
      },
      async (world) => {
        const own = await workflowsOnly(world, activities);
        await own.runUntil(async () => {
          const retry = { maximumAttempts: 2, initialInterval: 1 };
          const handle = await world.start({ jobId: 'jobA', retry });
          expect(await handle.result()).toMatchObject({ attempts: 2 });
          const events = await eventsOf(handle);
          expect(localMarkers(events)).toEqual([]);
          expect(markers(events, 'core_patch')).toHaveLength(1);
          expect(scheduled(events, PREPARE).length).toBeGreaterThanOrEqual(2);
          await replayed(handle);
        });
      },
    ),
  );
});

const workflowsOnly = ({ native, taskQueue }: World, activities: object): Promise<Worker> =>
  Worker.create({
    connection: native,
    namespace: inject('temporalNamespace'),
    taskQueue,
    workflowBundle: { codePath: inject('workflowBundlePath') },
    activities,
    enableNonLocalActivities: false,
  });

// SDK 1.24 delivers the results of overlapping local activities in other groups when it replays.
describe('a run beside local activities of the user', () => {
  let workflowBundle: WorkflowBundle;
  beforeAll(async () => {
    workflowBundle = await bundleWithPlugin(new URL('./code/local-activities.ts', import.meta.url));
  });

  it.each(['theirs', 'ours'] as const)('replays when %s began first', (first) => {
    const activities: UsersActivities = {
      slow: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      note: () => Promise.resolve(),
    };
    return inWorld(
      {
        jobs: [{ jobId: 'jobA', executions: [QUICK_RUN] }],
        worker: { workflowBundle, activities },
      },
      async ({ client, taskQueue }) => {
        const options = { args: [first], taskQueue, workflowId: taskQueue };
        const handle = await client.workflow.start('besideOthers', options);
        await handle.result();
        const events = await eventsOf(handle);
        expect(localMarkers(events)).toHaveLength(first === 'theirs' ? 1 : 2);
        await replayed(handle, workflowBundle);
      },
    );
  });
});

import { describe, expect, it } from 'vitest';
import type { RunJobRequest } from '../../contract/run.js';
import { RESOLVE_UPDATE } from '../../contract/names.js';
import type { JobScript } from '../../simulator/index.js';
import { failureOf } from '../support/failure-of.js';
import { until } from '../support/until.js';
import { inWorld, type World } from '../support/world.js';

const QUICK_RUN = { waitingMs: 100, runningMs: 300 };
const LONG_RUN = { waitingMs: 100, runningMs: 12_000 };
/** Longer than reconciling takes, shorter than the second execution runs. */
const LISTED_TOO_LATE_MS = 9_000;

const lostOnce = (jobId: string) =>
  ({ on: 'executeJob', jobId, calls: [1], then: { drop: 'after' } }) as const;
const never = (jobId: string) =>
  ({ on: 'executeJob', jobId, calls: [1], then: { drop: 'before' } }) as const;

const posts = (world: World, jobId: string): number =>
  world.simulator.log().filter((call) => call.operation === 'executeJob' && call.jobId === jobId)
    .length;

describe('an execution that is listed later than maxListingDelay', () => {
  const late: Readonly<Record<string, JobScript>> = {
    unsure: { jobId: 'unsure', maxConcurrentRuns: 2, executions: [LONG_RUN], requested: 1 },
    sole: { jobId: 'sole', maxConcurrentRuns: 2, executions: [{ never: true }, LONG_RUN] },
    keyed: {
      jobId: 'keyed',
      maxConcurrentRuns: 2,
      executions: [{ never: true }, LONG_RUN],
      submissionParameter: 'run',
    },
    full: { jobId: 'full', maxConcurrentRuns: 1, executions: [LONG_RUN], requested: 1 },
  };

  it('is found and named as a duplicate, stopped where it is surely ours, and never made where the job has no room', () =>
    inWorld(
      {
        jobs: Object.values(late),
        faults: Object.keys(late).map(lostOnce),
        switches: { listLagMs: LISTED_TOO_LATE_MS },
      },
      async (world) => {
        const requests: readonly RunJobRequest[] = [
          { jobId: 'unsure' },
          { jobId: 'sole', exclusive: true },
          { jobId: 'keyed', runKeyParameter: 'run' },
          { jobId: 'full' },
        ];
        const results = Promise.all(requests.map((request) => world.run(request)));
        await until(() => world.simulator.report().accepted === requests.length);
        world.simulator.setSwitches({ listLagMs: 0 });
        const [unsure, sole, keyed, full] = await results;
        const [duplicate, reported] = world.simulator.executions('unsure');
        expect(unsure).toMatchObject({
          submissionOutcome: 'submitted',
          posts: 2,
          execution: { jobExecutionId: reported?.executionId },
          duplicates: [duplicate?.executionId],
        });
        expect(duplicate).toMatchObject({ canceledByApi: false, status: 'COMPLETED' });
        for (const [jobId, result] of Object.entries({ sole, keyed })) {
          const [stopped, kept] = world.simulator.executions(jobId);
          expect(result, jobId).toMatchObject({
            submissionOutcome: 'submitted',
            execution: { jobExecutionId: kept?.executionId, status: 'COMPLETED' },
            duplicates: [stopped?.executionId],
          });
          expect(stopped, jobId).toMatchObject({ status: 'CANCELED', canceledByApi: true });
        }
        const [only, ...more] = world.simulator.executions('full');
        expect(more).toEqual([]);
        expect(full).toMatchObject({
          submissionOutcome: 'adopted',
          execution: { jobExecutionId: only?.executionId },
        });
      },
    ));
});

describe('a lost start beside an equal execution of somebody else', () => {
  it('fails as ambiguous and names both; nothing is stopped and nothing more is posted', () =>
    inWorld(
      {
        jobs: [{ jobId: 'jobA', maxConcurrentRuns: 9, executions: [LONG_RUN], requested: 1 }],
        faults: [lostOnce('jobA')],
      },
      async (world) => {
        const failure = failureOf(world.run({ jobId: 'jobA' }));
        await until(() => posts(world, 'jobA') === 1);
        world.simulator.startForeignExecution('jobA', {});
        const ids = world.simulator.executions('jobA').map(({ executionId }) => executionId);
        const { type, details, message } = await failure;
        expect(type).toBe('DataFlowSubmissionAmbiguous');
        expect(details.candidates?.toSorted()).toEqual(ids.toSorted());
        for (const id of ids) expect(message).toContain(id);
        expect(world.simulator.report()).toMatchObject({ posts: 1, cancels: 0 });
      },
    ));

  it('holds when asked to, until the Update says which execution it is', () =>
    inWorld(
      {
        jobs: [{ jobId: 'jobA', maxConcurrentRuns: 9, executions: [QUICK_RUN], requested: 1 }],
        faults: [lostOnce('jobA')],
      },
      async (world) => {
        const handle = await world.start({ jobId: 'jobA', onAmbiguous: 'hold' });
        await until(() => posts(world, 'jobA') === 1);
        world.simulator.startForeignExecution('jobA', {});
        const [ours] = world.simulator.executions('jobA');
        await until(async () => (await world.progress(handle)).phase === 'awaiting-resolution');
        const { submission, candidates, outcomeUnknown } = await world.progress(handle);
        expect(candidates).toHaveLength(2);
        expect(outcomeUnknown).toBe(true);
        const word = { submission, executionId: 'no id!' };
        await expect(handle.executeUpdate(RESOLVE_UPDATE, { args: [word] })).rejects.toThrow();
        await handle.executeUpdate(RESOLVE_UPDATE, {
          args: [{ submission, executionId: ours?.executionId }],
        });
        expect(await handle.result()).toMatchObject({
          submissionOutcome: 'adopted',
          exactMatch: true,
          posts: 1,
          execution: { jobExecutionId: ours?.executionId },
        });
      },
    ));

  it('posts anew when the Update says that none of them is it', () =>
    inWorld(
      {
        jobs: [{ jobId: 'jobA', maxConcurrentRuns: 9, executions: [QUICK_RUN], requested: 1 }],
        faults: [never('jobA')],
      },
      async (world) => {
        const handle = await world.start({ jobId: 'jobA', onAmbiguous: 'hold' });
        await until(() => posts(world, 'jobA') === 1);
        world.simulator.startForeignExecution('jobA', {});
        world.simulator.startForeignExecution('jobA', {});
        await until(async () => (await world.progress(handle)).phase === 'awaiting-resolution');
        const { submission } = await world.progress(handle);
        await handle.executeUpdate(RESOLVE_UPDATE, { args: [{ submission, executionId: 'none' }] });
        const result = await handle.result();
        const ours = world.simulator.executions('jobA').find(({ origin }) => origin === 'post');
        expect(result).toMatchObject({
          submissionOutcome: 'submitted',
          posts: 2,
          duplicates: [],
          execution: { jobExecutionId: ours?.executionId },
        });
        expect(world.simulator.report()).toMatchObject({ duplicates: 0 });
      },
    ));

  it('is told apart by its run key: one lost start, one adoption that is sure', () =>
    inWorld(
      {
        jobs: [
          {
            jobId: 'jobA',
            maxConcurrentRuns: 9,
            submissionParameter: 'run',
            executions: [QUICK_RUN],
          },
        ],
        faults: [lostOnce('jobA')],
      },
      async (world) => {
        const result = world.run({ jobId: 'jobA', runKeyParameter: 'run' });
        await until(() => posts(world, 'jobA') === 1);
        world.simulator.startForeignExecution('jobA', {});
        const [ours] = world.simulator.executions('jobA');
        expect(await result).toMatchObject({
          submissionOutcome: 'adopted',
          exactMatch: true,
          execution: { jobExecutionId: ours?.executionId },
        });
      },
    ));
});

describe('an execution that was adopted', () => {
  it('is awaited under the waitHeartbeatTimeout of its profile, as a posted one is', () =>
    inWorld(
      {
        jobs: ['submitted', 'adopted'].map((jobId) => ({ jobId, executions: [QUICK_RUN] })),
        faults: [lostOnce('adopted')],
        timings: { waitHeartbeatTimeoutMs: 7_000 },
      },
      async (world) => {
        for (const jobId of ['submitted', 'adopted']) {
          const handle = await world.start({ jobId });
          expect(await handle.result()).toMatchObject({ submissionOutcome: jobId });
          const { events } = await handle.fetchHistory();
          const heartbeats = (events ?? []).flatMap((event) => {
            const scheduled = event.activityTaskScheduledEventAttributes;
            return scheduled?.activityType?.name === 'dataflowAwaitExecution'
              ? [Number(scheduled.heartbeatTimeout?.seconds)]
              : [];
          });
          expect(heartbeats, jobId).toEqual([7]);
        }
      },
    ));
});

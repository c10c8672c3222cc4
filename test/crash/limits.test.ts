import { describe, expect, it } from 'vitest';
import { RESOLVE_UPDATE } from '../../contract/names.js';
import type { ResolveSubmission, RunJobRequest } from '../../contract/run.js';
import type { Fault, FaultEffect, JobScript } from '../../simulator/index.js';
import { failureOf } from '../support/failure-of.js';
import { eventsOf } from '../support/history.js';
import { until } from '../support/until.js';
import { inScene, type RunHandle, type Scene } from './scene.js';

/** A job is started only if at least a minute is left. */
const RUN_TIMEOUT = '66s';
/** Remote timeout that a run with that limit sends: the whole minutes that are left. */
const MINUTE_LEFT = { timeout: 1 };
/** Stays READY: once it runs, its remote timeout of one minute would end it before the run's limit. */
const QUEUED = { waitingMs: 3_600_000 };
/** Reconciling takes long enough for a test to act meanwhile. */
const TIMINGS = { permitTtlMs: 4_000, submitTimeoutMs: 4_000, maxListingDelayMs: 8_000 };

const job = (jobId: string): JobScript => ({
  jobId,
  maxConcurrentRuns: 9,
  executions: [{ waitingMs: 100, runningMs: 300 }],
  requested: 1,
});
const firstPost = (jobId: string, then: FaultEffect): Fault => ({
  on: 'executeJob',
  jobId,
  calls: [1],
  then,
});
const ANSWER_LOST: FaultEffect = { drop: 'after' };
const ANSWER_UNDER_WAY: FaultEffect = { delayMs: 60_000, at: 'answer' };

const posted = (scene: Scene, jobId: string): Promise<void> =>
  until(() => scene.calls('executeJob', jobId) === 1);

const inPhase = (scene: Scene, handle: RunHandle, phase: string): Promise<void> =>
  until(async () => (await scene.progress(handle)).phase === phase);

/** A run that waits for a resolution, with an execution of its own, or none, and `others` that look like it. */
async function startHeld(scene: Scene, request: RunJobRequest, others: number): Promise<RunHandle> {
  const { jobId } = request;
  const handle = await scene.start({ ...request, onAmbiguous: 'hold' });
  await posted(scene, jobId);
  const like = { jobCondition: request.runTimeout === undefined ? {} : MINUTE_LEFT };
  for (let one = 0; one < others; one += 1) scene.simulator.startForeignExecution(jobId, like);
  await inPhase(scene, handle, 'awaiting-resolution');
  return handle;
}

const say = (handle: RunHandle, word: ResolveSubmission): Promise<unknown> =>
  handle.executeUpdate(RESOLVE_UPDATE, { args: [word] });

const oursOf = ({ simulator }: Scene, jobId: string): string | undefined =>
  simulator.executions(jobId).find(({ origin }) => origin === 'post')?.executionId;

async function expectStopped(scene: Scene, jobId: string, handle: RunHandle): Promise<void> {
  const { type, details } = await failureOf(handle.result());
  expect(type, jobId).toBe('DataFlowDeadlineExceeded');
  expect(details.executionId, jobId).toBe(oursOf(scene, jobId));
  expect(details.unknown, jobId).toBeUndefined();
  expect(scene.simulator.executions(jobId), jobId).toMatchObject([
    { status: 'CANCELED', canceledByApi: true },
  ]);
}

/** The execution may belong to somebody else: nothing is stopped, and the error says what to check. */
async function expectNamed(
  scene: Scene,
  jobId: string,
  handle: RunHandle,
  type: string,
): Promise<void> {
  const failure = await failureOf(handle.result());
  expect(failure.type, jobId).toBe(type);
  expect(failure.details.candidates, jobId).toContain(oursOf(scene, jobId));
  const left = scene.simulator.executions(jobId).filter(({ canceledByApi }) => !canceledByApi);
  expect(left, jobId).toEqual(scene.simulator.executions(jobId));
}

describe('a runTimeout that passes while no worker is there', () => {
  it('is heeded by the next one: what surely is the run’s is stopped and named, a likeness is named, and nothing is posted', () =>
    inScene(
      {
        jobs: ['awaiting-resolution', 'posting', 'reconciling', 'waiting'].map((jobId) => ({
          ...job(jobId),
          executions: [QUEUED],
        })),
        faults: [
          firstPost('awaiting-resolution', ANSWER_LOST),
          firstPost('posting', ANSWER_UNDER_WAY),
          firstPost('reconciling', ANSWER_LOST),
        ],
        timings: TIMINGS,
      },
      async (scene) => {
        const worker = await scene.startWorker();
        const limited = (jobId: string) => ({ jobId, runTimeout: RUN_TIMEOUT }) as const;
        const holding = await startHeld(scene, limited('awaiting-resolution'), 1);
        const posting = await scene.start({ ...limited('posting'), exclusive: true });
        await posted(scene, 'posting');
        const looking = await scene.start(limited('reconciling'));
        await inPhase(scene, looking, 'reconciling');
        const waiting = await scene.start(limited('waiting'));
        await until(() => scene.calls('getJobExecutionById', 'waiting') > 0);
        await worker.end('SIGKILL');
        const calls = scene.simulator.log().length;
        // The last of them: the server itself has given up its wait.
        await until(async () =>
          (await eventsOf(waiting)).some((event) => event.activityTaskTimedOutEventAttributes),
        );
        expect(scene.simulator.log()).toHaveLength(calls);
        await scene.startWorker();
        await expectStopped(scene, 'waiting', waiting);
        await expectStopped(scene, 'posting', posting);
        await expectNamed(scene, 'reconciling', looking, 'DataFlowDeadlineExceeded');
        await expectNamed(scene, 'awaiting-resolution', holding, 'DataFlowSubmissionAmbiguous');
        expect(scene.simulator.report()).toMatchObject({ posts: 4, accepted: 4, duplicates: 0 });
      },
    ));
});

describe('a hold whose worker is killed', () => {
  it('goes on with the next one: an Update that came meanwhile settles it, by an id or by none', () =>
    inScene(
      {
        jobs: ['named', 'none'].map(job),
        faults: [firstPost('named', ANSWER_LOST), firstPost('none', { drop: 'before' })],
      },
      async (scene) => {
        const worker = await scene.startWorker();
        const [named, none] = await Promise.all([
          startHeld(scene, { jobId: 'named' }, 1),
          startHeld(scene, { jobId: 'none' }, 2),
        ]);
        const { submission } = await scene.progress(named);
        const { submission: another } = await scene.progress(none);
        await worker.end('SIGKILL');
        const ours = oursOf(scene, 'named') ?? '';
        const words = Promise.all([
          say(named, { submission, executionId: ours }),
          say(none, { submission: another, executionId: 'none' }),
        ]);
        await scene.startWorker();
        await words;
        expect(await named.result()).toMatchObject({
          submissionOutcome: 'adopted',
          exactMatch: true,
          posts: 1,
          execution: { jobExecutionId: ours },
        });
        expect(await none.result()).toMatchObject({
          submissionOutcome: 'submitted',
          posts: 2,
          execution: { jobExecutionId: oursOf(scene, 'none') },
        });
        expect(scene.simulator.report()).toMatchObject({ accepted: 2, duplicates: 0 });
      },
    ));
});

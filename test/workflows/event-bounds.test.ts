import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { RESOLVE_UPDATE } from '../../contract/names.js';
import type { RunJobRequest, RunJobResult } from '../../contract/run.js';
import type { Fault, FaultEffect, JobScript } from '../../simulator/index.js';
import { doneLocally, type Event, eventsOf, scheduled } from '../support/history.js';
import { until } from '../support/until.js';
import { inWorld, type World } from '../support/world.js';

/** Events of a workflow without any run: started, three of one workflow task, completed. */
const OWN_EVENTS = 5;
const ON_A_PLAIN_PATH = 40;
const WITH_AN_UNKNOWN_OUTCOME = 80;
const FOR_A_FRESH_PERMIT = 20;
/** Long enough for many workflows at once on a busy machine. */
const TIMINGS = { permitTtlMs: 4_000, submitTimeoutMs: 3_000 };
const QUICK_RUN = { waitingMs: 100, runningMs: 300 };

const permitsIn = (events: readonly Event[]): number =>
  doneLocally(events).length + scheduled(events, 'dataflowPrepareSubmission').length;

/** Events of a run without OWN_EVENTS, and the most that docs/design.md allows. */
interface Count {
  readonly events: number;
  readonly allowed: number;
  readonly permits: number;
}

/** `most` is for a path that takes `permits`. */
async function count(handle: WorkflowHandle, most: number, permits: number): Promise<Count> {
  const events = await eventsOf(handle);
  const taken = permitsIn(events);
  const further = Math.max(0, taken - permits);
  return {
    events: events.length - OWN_EVENTS,
    allowed: most + further * FOR_A_FRESH_PERMIT,
    permits: taken,
  };
}

/** One course of a run. */
interface Path {
  readonly job?: Partial<JobScript>;
  readonly request?: Partial<RunJobRequest>;
  /** What goes wrong with the first POSTs. */
  readonly posts?: readonly FaultEffect[];
  /** What happens to the run from outside. */
  readonly meanwhile?: (world: World, handle: WorkflowHandle, jobId: string) => Promise<void>;
  readonly most: number;
  /** Permits that the path needs; each further one may cost more. */
  readonly permits: number;
  /** The path that differs by fresh permits only. */
  readonly like?: string;
  /** What the result says; the failure's message where the run has none. */
  readonly ends: Partial<RunJobResult> | RegExp;
}

const accepted: FaultEffect = { drop: 'after' };
const never: FaultEffect = { drop: 'before' };
const throttled: FaultEffect = { status: 429, headers: { 'retry-after': '1' } };
const linkedFailed: FaultEffect = { status: 400, body: { errorType: 'client-request-failed' } };

const posts = (world: World, jobId: string): number =>
  world.simulator.log().filter((call) => call.operation === 'executeJob' && call.jobId === jobId)
    .length;

const inPhase = (world: World, handle: WorkflowHandle, phase: string): Promise<void> =>
  until(async () => (await world.progress(handle)).phase === phase);

/** Executions that may be ours appear while the outcome of the start is unknown. */
async function startLikeOurs(world: World, jobId: string, executions: number): Promise<void> {
  await until(() => posts(world, jobId) === 1);
  for (let one = 0; one < executions; one += 1) world.simulator.startForeignExecution(jobId);
}

const answerHold =
  (executions: number, word: (ours: string) => string): NonNullable<Path['meanwhile']> =>
  async (world, handle, jobId) => {
    await startLikeOurs(world, jobId, executions);
    await inPhase(world, handle, 'awaiting-resolution');
    const { submission } = await world.progress(handle);
    const ours = world.simulator.executions(jobId).find(({ origin }) => origin === 'post');
    const executionId = word(ours?.executionId ?? '');
    await handle.executeUpdate(RESOLVE_UPDATE, { args: [{ submission, executionId }] });
  };

const ROOM = { maxConcurrentRuns: 9 };
const HELD = {
  job: ROOM,
  request: { onAmbiguous: 'hold' },
  most: WITH_AN_UNKNOWN_OUTCOME,
} as const;

const PATHS: Readonly<Record<string, Path>> = {
  plain: {
    job: { executions: [{ waitingMs: 100, runningMs: 4_000 }] },
    most: ON_A_PLAIN_PATH,
    permits: 1,
    ends: { submissionOutcome: 'submitted', posts: 1 },
  },
  'with an unknown outcome, then adopted': {
    posts: [accepted],
    most: WITH_AN_UNKNOWN_OUTCOME,
    permits: 1,
    ends: { submissionOutcome: 'adopted', posts: 1 },
  },
  'with an unknown outcome, nothing found, posted again': {
    posts: [never],
    most: WITH_AN_UNKNOWN_OUTCOME,
    permits: 2,
    ends: { submissionOutcome: 'submitted', posts: 2 },
  },
  'ambiguous, failed': {
    job: ROOM,
    posts: [accepted],
    meanwhile: (world, _handle, jobId) => startLikeOurs(world, jobId, 1),
    most: WITH_AN_UNKNOWN_OUTCOME,
    permits: 1,
    ends: /2 executions could be it/,
  },
  'held, then told which one it is': {
    ...HELD,
    posts: [accepted],
    meanwhile: answerHold(1, (ours) => ours),
    permits: 1,
    ends: { submissionOutcome: 'adopted', exactMatch: true, posts: 1 },
  },
  'held, then told none and posted again': {
    ...HELD,
    posts: [never],
    meanwhile: answerHold(2, () => 'none'),
    permits: 2,
    ends: { submissionOutcome: 'submitted', posts: 2 },
  },
  'cancelled with an unknown outcome': {
    posts: [accepted],
    meanwhile: async (world, handle) => {
      await inPhase(world, handle, 'reconciling');
      await handle.cancel();
    },
    most: WITH_AN_UNKNOWN_OUTCOME,
    permits: 1,
    ends: /cancelled/i,
  },
  'cancelled with an unknown outcome, found and stopped': {
    job: { executions: [{ never: true }] },
    request: { exclusive: true },
    posts: [{ delayMs: 800, at: 'answer', then: { drop: 'after' } }],
    meanwhile: async (world, handle, jobId) => {
      await until(() => posts(world, jobId) === 1);
      await handle.cancel();
    },
    most: WITH_AN_UNKNOWN_OUTCOME,
    permits: 1,
    ends: /cancelled/i,
  },
  'throttled five times': {
    posts: Array.from({ length: 5 }, () => throttled),
    most: ON_A_PLAIN_PATH,
    permits: 1,
    like: 'plain',
    ends: { submissionOutcome: 'submitted', posts: 6 },
  },
  'refused four times for different reasons': {
    posts: [{ status: 401 }, linkedFailed, { status: 401 }, linkedFailed],
    most: ON_A_PLAIN_PATH,
    permits: 1,
    like: 'plain',
    ends: { submissionOutcome: 'submitted', posts: 5 },
  },
  'with an unknown outcome, nothing found, throttled three times, posted': {
    posts: [never, throttled, throttled, throttled],
    most: WITH_AN_UNKNOWN_OUTCOME,
    permits: 2,
    like: 'with an unknown outcome, nothing found, posted again',
    ends: { submissionOutcome: 'submitted', posts: 5 },
  },
};

async function follow(world: World, title: string, jobId: string, path: Path): Promise<Count> {
  const handle = await world.start({ jobId, ...path.request });
  const result = handle.result();
  const end = result.catch((error: unknown) => String((error as Error).cause));
  await path.meanwhile?.(world, handle, jobId);
  if (path.ends instanceof RegExp) expect(await end, title).toMatch(path.ends);
  else expect(await result, title).toMatchObject(path.ends);
  return await count(handle, path.most, path.permits);
}

describe('the history of a run', () => {
  const paths = Object.entries(PATHS).map(([title, path], index) => {
    const jobId = `job${index}`;
    const faults = (path.posts ?? []).map((then, nth): Fault => ({
      on: 'executeJob',
      jobId,
      calls: [nth + 1],
      then,
    }));
    return { title, path, jobId, faults };
  });

  it('has at most 40 events beyond the workflow’s own, 80 on unknownOutcome, ambiguous and hold paths, 20 for each further fresh permit', ({
    annotate,
  }) =>
    inWorld(
      {
        jobs: paths.map(({ jobId, path }) => ({ jobId, executions: [QUICK_RUN], ...path.job })),
        faults: paths.flatMap(({ faults }) => faults),
        timings: TIMINGS,
      },
      async (world) => {
        const counts = await Promise.all(
          paths.map(({ title, path, jobId }) => follow(world, title, jobId, path)),
        );
        const countOf = (path: string): Count =>
          counts[paths.findIndex(({ title }) => title === path)]!;
        for (const { title, path } of paths) {
          const { events, allowed, permits } = countOf(title);
          await annotate(`${title}: ${events} events of ${allowed}, ${permits} permits`);
          expect(permits, title).toBeGreaterThanOrEqual(path.permits);
          expect(events, title).toBeLessThanOrEqual(allowed);
          if (path.like === undefined) continue;
          const { events: fewer, permits: needed } = countOf(path.like);
          const further = (permits - needed) * FOR_A_FRESH_PERMIT;
          expect(events - fewer, `${title}, beyond ${path.like}`).toBeLessThanOrEqual(further);
        }
      },
    ));

  it('has at most 20 more for each permit that is over before anything is sent', ({ annotate }) =>
    inWorld(
      // The POST waits longer for its call than the permit is good.
      { jobs: [{ jobId: 'jobA' }], timings: { permitTtlMs: 2_000 }, callsPerSecond: 0.45 },
      async (world) => {
        const handle = await world.start({ jobId: 'jobA' });
        await until(async () => permitsIn(await eventsOf(handle)) > 3);
        await handle.cancel();
        await expect(handle.result()).rejects.toThrow();
        const { events, allowed, permits } = await count(handle, ON_A_PLAIN_PATH, 1);
        await annotate(`${events} events of ${allowed}, ${permits} permits`);
        expect(world.simulator.report()).toMatchObject({ posts: 0 });
        expect(events).toBeLessThanOrEqual(allowed);
      },
    ));
});

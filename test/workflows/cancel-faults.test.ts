import { CancelledFailure } from '@temporalio/common';
import { WorkflowFailedError } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import type { RunJobRequest, RunPhase, RunProgress } from '../../contract/run.js';
import type { Fault, FaultEffect, JobScript, SimulatedExecution } from '../../simulator/index.js';
import { until } from '../support/until.js';
import { inWorld, type World } from '../support/world.js';

const ENDLESS = { waitingMs: 100, never: true } as const;
const FOR_LONG_MS = 60_000;
const DOWN: FaultEffect = { status: 503 };

/** One cancel: when it comes, what fails, and what must hold afterwards. */
interface Row {
  readonly job?: Partial<JobScript>;
  readonly request?: Partial<RunJobRequest>;
  readonly faults?: readonly Omit<Fault, 'jobId'>[];
  /** Another execution of the job runs before the run starts. */
  readonly foreign?: true;
  /** When the cancel comes. */
  readonly at: { readonly posted: true } | { readonly phase: RunPhase; readonly reads?: true };
  /** What goes wrong from the cancel on. */
  readonly then?: Omit<Fault, 'jobId'>;
  readonly progress: Partial<RunProgress>;
  readonly told?: RegExp;
  readonly executions: readonly Partial<SimulatedExecution>[];
  /** POSTs that reached the service: none after the cancel. */
  readonly posts: number;
  /** How the workflow ends. @default canceled */
  readonly ends?: 'completed';
}

const stopped = { status: 'CANCELED', canceledByApi: true };
const running = { status: 'RUNNING', canceledByApi: false };
const lost: Omit<Fault, 'jobId'> = { on: 'executeJob', times: 1, then: { drop: 'after' } };

const ROWS: Readonly<Record<string, Row>> = {
  'before the submit': {
    faults: [{ on: 'getJobById', then: { delayMs: FOR_LONG_MS } }],
    at: { phase: 'preparing' },
    progress: { outcome: 'canceled', outcomeUnknown: false, posts: 0 },
    executions: [],
    posts: 0,
  },
  'while it waits for a place': {
    request: { onBusy: 'wait' },
    foreign: true,
    at: { phase: 'waiting-for-capacity' },
    progress: { outcome: 'canceled', outcomeUnknown: false, posts: 0 },
    executions: [running],
    posts: 0,
  },
  'while the answer of the POST is under way': {
    faults: [{ on: 'executeJob', then: { delayMs: 1_200, at: 'answer' } }],
    at: { posted: true },
    progress: { outcome: 'canceled', endedBy: 'workflow', status: 'CANCELED' },
    executions: [stopped],
    posts: 1,
  },
  'while the POST is refused': {
    faults: [{ on: 'executeJob', then: { delayMs: 1_200, then: { status: 429 } } }],
    at: { posted: true },
    progress: { outcome: 'canceled', outcomeUnknown: false },
    executions: [],
    posts: 1,
  },
  'while the answer of the POST is lost, by the only writer': {
    request: { exclusive: true },
    faults: [
      { on: 'executeJob', times: 1, then: { delayMs: 800, at: 'answer', then: { drop: 'after' } } },
    ],
    at: { posted: true },
    progress: { outcome: 'canceled', endedBy: 'workflow', status: 'CANCELED' },
    executions: [stopped],
    posts: 1,
  },
  'while it looks, and a likeness alone is found': {
    faults: [lost],
    at: { phase: 'reconciling' },
    progress: { outcome: 'canceled', outcomeUnknown: true },
    told: /check|look/i,
    executions: [running],
    posts: 1,
  },
  'while it looks, and nothing is found': {
    faults: [{ on: 'executeJob', times: 1, then: { drop: 'before' } }],
    at: { phase: 'reconciling' },
    progress: { outcome: 'canceled', outcomeUnknown: false },
    executions: [],
    posts: 1,
  },
  'while it looks, and the service stays down': {
    request: { cleanupTimeout: '6s' },
    faults: [lost],
    at: { phase: 'reconciling' },
    then: { on: '*', then: DOWN },
    progress: { outcome: 'canceled', outcomeUnknown: true },
    told: /check|look/i,
    executions: [running],
    posts: 1,
  },
  'between two attempts': {
    job: { executions: [{ waitingMs: 100, runningMs: 100, outcome: 'FAILED' }] },
    request: { retry: { maximumAttempts: 3, initialInterval: '1m' } },
    at: { phase: 'backing-off', reads: true },
    progress: { outcome: 'canceled', outcomeUnknown: false },
    executions: [{ status: 'FAILED' }],
    posts: 1,
  },
  'while it waits and the service stays down': {
    request: { cleanupTimeout: '6s' },
    at: { phase: 'waiting', reads: true },
    then: { on: '*', then: DOWN },
    progress: { outcome: 'canceled' },
    told: /may still run.*check/i,
    executions: [running],
    posts: 1,
  },
  'while it waits and the service is down for a while': {
    at: { phase: 'waiting', reads: true },
    then: { on: '*', times: 4, then: DOWN },
    progress: { outcome: 'canceled', endedBy: 'workflow', status: 'CANCELED' },
    executions: [stopped],
    posts: 1,
  },
  'and the stop meets 503, and a lost answer': {
    faults: [
      { on: 'cancelJobExecution', calls: [1], then: DOWN },
      { on: 'cancelJobExecution', calls: [2], then: { drop: 'after' } },
    ],
    at: { phase: 'waiting', reads: true },
    progress: { outcome: 'canceled', endedBy: 'workflow', status: 'CANCELED' },
    executions: [stopped],
    posts: 1,
  },
  'and the stop meets the 404 of a proxy and of a gateway (C2)': {
    faults: [
      { on: 'cancelJobExecution', calls: [1], then: { status: 404, body: '<html>' } },
      { on: 'cancelJobExecution', calls: [2], then: { gateway: '300' } },
    ],
    at: { phase: 'waiting', reads: true },
    progress: { outcome: 'canceled', endedBy: 'workflow', status: 'CANCELED' },
    executions: [stopped],
    posts: 1,
  },
  'and the execution completes by itself meanwhile': {
    job: { executions: [{ waitingMs: 100, runningMs: 4_000 }] },
    at: { phase: 'waiting', reads: true },
    then: { on: 'cancelJobExecution', then: { delayMs: 5_000 } },
    progress: { outcome: 'COMPLETED', endedBy: 'service', status: 'COMPLETED' },
    executions: [{ status: 'COMPLETED', canceledByApi: false }],
    posts: 1,
    ends: 'completed',
  },
  'and what it waits for was joined': {
    request: { onBusy: 'join' },
    foreign: true,
    at: { phase: 'waiting', reads: true },
    progress: { outcome: 'canceled', submissionOutcome: 'joined' },
    executions: [running],
    posts: 0,
  },
};

/** In a world of its own: its Retry-After delays every call of normal priority of the profile. */
const HELD_BACK: Readonly<Record<string, Row>> = {
  'between two tries': {
    faults: [{ on: 'executeJob', then: { status: 429, headers: { 'retry-after': '60' } } }],
    at: { phase: 'backing-off' },
    progress: { outcome: 'canceled', outcomeUnknown: false },
    executions: [],
    posts: 1,
  },
};

const posts = (world: World, jobId: string): number =>
  world.simulator.log().filter((call) => call.operation === 'executeJob' && call.jobId === jobId)
    .length;

async function check(world: World, title: string, jobId: string, row: Row): Promise<void> {
  const { simulator } = world;
  if (row.foreign) simulator.startForeignExecution(jobId, { execution: ENDLESS });
  const handle = await world.start({ jobId, ...row.request });
  await until(async () => {
    if ('posted' in row.at) return posts(world, jobId) > 0;
    const { phase } = await world.progress(handle);
    const isRead = simulator
      .log()
      .some((call) => call.operation === 'getJobExecutionById' && call.jobId === jobId);
    return phase === row.at.phase && (isRead || row.at.reads === undefined);
  });
  if (row.then) simulator.addFaults({ ...row.then, jobId });
  await handle.cancel();
  const isCanceled = (error: unknown): boolean =>
    error instanceof WorkflowFailedError && error.cause instanceof CancelledFailure;
  if (row.ends === 'completed') await handle.result();
  else await expect(handle.result(), title).rejects.toSatisfy(isCanceled);
  const progress = await world.progress(handle);
  expect(progress, title).toMatchObject({ phase: 'ended', ...row.progress });
  if (row.told) expect(progress.unknown, title).toMatch(row.told);
  else expect(progress.unknown, title).toBeUndefined();
  expect(simulator.executions(jobId), title).toMatchObject(row.executions);
  expect(posts(world, jobId), title).toBe(row.posts);
  if (row.ends === undefined) {
    const { memo } = await handle.describe();
    expect(memo, title).toEqual({ dataflowFailedRuns: { [progress.submission]: progress } });
  }
}

function checkAll(table: Readonly<Record<string, Row>>): Promise<void> {
  const rows = Object.entries(table).map(([title, row], index) => ({
    title,
    row,
    jobId: `job${index}`,
  }));
  return inWorld(
    {
      jobs: rows.map(({ jobId, row }) => ({
        jobId,
        executions: [ENDLESS],
        requested: 1,
        ...row.job,
      })),
      timings: { permitTtlMs: 5_000, submitTimeoutMs: 4_000 },
      faults: rows.flatMap(({ jobId, row }) =>
        (row.faults ?? []).map((fault) => ({ ...fault, jobId })),
      ),
    },
    async (world) => {
      await Promise.all(rows.map(({ title, jobId, row }) => check(world, title, jobId, row)));
      expect(world.simulator.report()).toMatchObject({ duplicates: 0 });
    },
  );
}

describe('a run that is cancelled', () => {
  it('leaves nothing running that is surely its own, posts nothing more, and tells the truth, whenever the cancel comes', () =>
    checkAll(ROWS));

  it('ends at once when it pauses for the minute that a Retry-After asked for', () =>
    checkAll(HELD_BACK));

  it('stops its execution as well when the service does not show it yet, though it has answered the POST', () =>
    inWorld(
      {
        jobs: [{ jobId: 'jobA', executions: [ENDLESS], requested: 1 }],
        switches: { creationLagMs: 1_000, listLagMs: 2_000 },
        timings: { maxListingDelayMs: 3_500 },
      },
      async (world) => {
        const handle = await world.start({ jobId: 'jobA' });
        await until(() => world.simulator.report().accepted === 1);
        await handle.cancel();
        await expect(handle.result()).rejects.toThrow();
        expect(world.simulator.executions()).toMatchObject([stopped]);
        const progress = await world.progress(handle);
        expect(progress).toMatchObject({ endedBy: 'workflow', status: 'CANCELED' });
        expect(progress.unknown).toBeUndefined();
      },
    ));
});

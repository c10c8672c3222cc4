import { createHash } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { expect, it } from 'vitest';
import type { RunJobResult } from '../../contract/run.js';
import type { Fault, FaultEffect, JobScript, OperationName } from '../../simulator/index.js';
import { until } from '../support/until.js';
import { inScene, type RunHandle, type Scene } from './scene.js';

const SEED = process.env['CRASH_SEED'] ?? String(Date.now());
const RUNS = 24;
const JOBS = 6;
const KILLS = 3;
const KEY = 'run';
const OPERATIONS: readonly OperationName[] = [
  'getJobById',
  'getJobExecutions',
  'getJobExecutionById',
  'cancelJobExecution',
];
const OF_A_POST: readonly FaultEffect[] = [
  { drop: 'before' },
  { drop: 'after' },
  { status: 503 },
  { status: 500, handled: true },
  { cut: true },
  { garbage: true },
  { status: 429 },
  { delayMs: 1_500 },
  { delayMs: 2_500, at: 'answer' },
  { delayMs: 12_000 },
];
const OF_A_READ: readonly FaultEffect[] = [
  { drop: 'after' },
  { status: 503 },
  { status: 429 },
  { cut: true },
  { delayMs: 1_000 },
];

/** A number from 0 to 1, the same for the same seed and name. */
const chance = (name: string): number =>
  createHash('sha256').update(`${SEED} ${name}`).digest().readUInt32BE() / 2 ** 32;
const pick = <Item>(items: readonly Item[], name: string): Item =>
  items[Math.floor(chance(name) * items.length)]!;
const between = (least: number, most: number, name: string): number =>
  Math.round(least + chance(name) * (most - least));

const jobId = (index: number): string => `job${index % JOBS}`;

function randomJob(index: number): JobScript {
  const executions = Array.from({ length: RUNS }, (_, nth) => ({
    waitingMs: between(50, 1_000, `wait ${index} ${nth}`),
    runningMs: between(100, 6_000, `run ${index} ${nth}`),
    outcome: chance(`end ${index} ${nth}`) < 0.15 ? ('FAILED' as const) : ('COMPLETED' as const),
  }));
  return { jobId: jobId(index), maxConcurrentRuns: 20, submissionParameter: KEY, executions };
}

/** About every third POST and every tenth read fails. */
function randomFaults(): Fault[] {
  const ofPosts = Array.from({ length: 14 }, (_, nth): Fault => ({
    on: 'executeJob',
    calls: [between(1, RUNS * 1.5, `post ${nth}`)],
    then: pick(OF_A_POST, `of post ${nth}`),
  }));
  const ofReads = OPERATIONS.map((on): Fault => ({
    on,
    probability: 0.1,
    then: pick(OF_A_READ, `of ${on}`),
  }));
  return [...ofPosts, ...ofReads];
}

/**
 * Kills the worker during the runs and replaces it, several times; every other one is frozen first. Returns how often.
 */
async function killRepeatedly(scene: Scene, over: AbortSignal): Promise<number> {
  let worker = await scene.startWorker();
  for (let kill = 0; kill < KILLS; kill += 1) {
    const enough = scene.simulator.log().length + between(30, 90, `kill ${kill}`);
    await until(() => over.aborted || scene.simulator.log().length >= enough);
    if (over.aborted) return kill;
    if (kill % 2 === 1) worker.child.kill('SIGSTOP');
    else await worker.end('SIGKILL');
    const next = await scene.startWorker();
    if (kill % 2 === 1) worker.child.kill('SIGCONT');
    if (kill % 2 === 1) await worker.end('SIGTERM');
    worker = next;
  }
  return KILLS;
}

type End = RunJobResult | 'failed' | 'canceled';

async function endOf(handle: RunHandle): Promise<End> {
  try {
    return await handle.result();
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return error.cause instanceof CancelledFailure ? 'canceled' : 'failed';
  }
}

async function expectTruth(scene: Scene, handle: RunHandle, end: End): Promise<void> {
  const { runKey, executionId, outcome, unknown } = await scene.progress(handle);
  const { executionsBySubmission } = scene.simulator.report();
  const ids = executionsBySubmission[runKey!] ?? [];
  const where = `seed ${SEED}, ${handle.workflowId}`;
  expect(ids.length, where).toBeLessThanOrEqual(1);
  expect(unknown, where).toBeUndefined();
  const execution = scene.simulator.executions().find((one) => one.executionId === ids[0]);
  if (end === 'canceled') {
    expect([undefined, 'CANCELED'], where).toContain(execution?.status);
    return;
  }
  expect(executionId, where).toBe(ids[0]);
  if (end === 'failed') {
    expect(outcome, where).toBe('DataFlowExecutionFailed');
    expect(execution?.status, where).toBe('FAILED');
    return;
  }
  expect(end.execution, where).toMatchObject({ jobExecutionId: ids[0], status: 'COMPLETED' });
  expect(execution?.status, where).toBe('COMPLETED');
}

it(`${RUNS} runs with random faults, whose workers are killed and frozen again and again, have one execution each and tell the truth`, ({
  annotate,
}) =>
  inScene(
    {
      jobs: Array.from({ length: JOBS }, (_, index) => randomJob(index)),
      faults: randomFaults(),
      switches: {
        listLagMs: between(0, 600, 'list'),
        creationLagMs: between(0, 300, 'create'),
        // The clock of the gateway is not that of the executions, and some answers show another one (S2).
        gatewayAheadMs: pick([0, 5_000, -60_000, 600_000], 'ahead'),
        strayDates: pick([0, 0.3], 'stray dates'),
        strayDateMs: 60_000,
      },
      seed: between(1, 1_000_000, 'simulator'),
      timings: { permitTtlMs: 5_000, submitTimeoutMs: 3_000 },
    },
    async (scene) => {
      await annotate(`CRASH_SEED=${SEED}`);
      const over = new AbortController();
      const killing = killRepeatedly(scene, over.signal);
      const handles = await Promise.all(
        Array.from({ length: RUNS }, (_, index) =>
          scene.start({ jobId: jobId(index), runKeyParameter: KEY }),
        ),
      );
      const canceled = handles.filter((_, index) => chance(`cancel ${index}`) < 0.2);
      await until(() => scene.simulator.report().accepted > RUNS / 2);
      await Promise.all(canceled.map((handle) => handle.cancel().catch(() => undefined)));
      const ends = await Promise.all(handles.map(endOf));
      over.abort();
      expect(await killing, `kills, seed ${SEED}`).toBeGreaterThanOrEqual(2);
      for (const [index, handle] of handles.entries()) {
        await expectTruth(scene, handle, ends[index]!);
      }
      const { duplicates, leftRunning } = scene.simulator.report();
      expect({ duplicates, leftRunning }, `seed ${SEED}`).toEqual({
        duplicates: 0,
        leftRunning: 0,
      });
    },
  ));

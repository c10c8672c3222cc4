import type { WorkflowHandle } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { RUN_REMOTE_WORKFLOW_WORKFLOW, PROGRESS_QUERY } from '../../contract/names.js';
import type { RemoteRunProgress, RunRemoteWorkflowResult } from '../../contract/remote-run.js';
import { DataFlowPlugin } from '../../index.js';
import {
  type ExecutionScript,
  type Fault,
  type FaultEffect,
  type OperationName,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../../simulator/index.js';
import { failureOf } from '../support/failure-of.js';
import { until } from '../support/until.js';
import { inWorld, QUICK } from '../support/world.js';

/** Error answers of the service, its gateway or a proxy. */
const FAULTS = {
  'a proxy 404': { status: 404, body: '<html>not here</html>' },
  'a 404 of the service': {
    status: 404,
    body: { errorType: 'resource-not-found/job', title: 'not found', status: 404 },
  },
  'a 400 of the service': { status: 400, body: { errorType: 'bad-parameter', title: 'bad' } },
  'a 401 of the gateway': { gateway: '200' },
  'a 403 of the gateway': { gateway: '230' },
  'a 429': { status: 429, headers: { 'retry-after': '1' } },
  'a 503': { status: 503 },
  'an empty 200': { status: 200, body: '', handled: true },
  'an unreadable answer': { garbage: true },
} as const satisfies Record<string, FaultEffect>;

/** A longer permit: nine runs at the same time are slow on a busy machine. */
const TIMINGS = { ...QUICK, permitTtlMs: 6_000 };
const QUICK_RUN: ExecutionScript = { waitingMs: 100, runningMs: 300 };
const ENDLESS: ExecutionScript = { waitingMs: 100, runningMs: 600_000 };

const NIGHTLY = {
  triggers: [{ triggerId: 'byhand' }],
  workflows: [
    {
      workflowId: 'nightly',
      nodes: [
        { id: 'byhand', type: 'TRIGGER', parentNodeIds: [] },
        { id: 'first', type: 'JOB', parentNodeIds: ['byhand'] },
        { id: 'second', type: 'JOB', parentNodeIds: ['first'] },
      ],
    },
  ],
} as const satisfies SimulatorOptions;

const aService = (first: ExecutionScript, faults: readonly Fault[]) =>
  startSimulator({
    jobs: [
      { jobId: 'first', executions: [first] },
      { jobId: 'second', executions: [QUICK_RUN] },
    ],
    ...NIGHTLY,
    faults,
  });

/** One run, the service that it calls, and its progress. */
interface Case {
  readonly fault: string;
  readonly simulator: Simulator;
  readonly handle: WorkflowHandle;
  readonly progress: () => Promise<RemoteRunProgress | undefined>;
}

interface Phase {
  readonly first?: ExecutionScript;
  /** The calls that meet the fault. */
  readonly on: (then: FaultEffect) => readonly Fault[];
  readonly act?: (one: Case) => Promise<void>;
  readonly check: (one: Case) => Promise<void>;
}

/** Runs the phase once for each fault, all at the same time on one worker, each with its own service. */
async function playAll({ first = QUICK_RUN, on, act, check }: Phase): Promise<void> {
  const services = await Promise.all(
    Object.entries(FAULTS).map(async ([fault, then]) => ({
      fault,
      simulator: await aService(first, on(then)),
    })),
  );
  const profiles = Object.fromEntries(
    services.map(({ simulator: { url, accessKey, secretKey } }, index) => [
      `p${index}`,
      {
        baseUrl: url,
        credentials: { accessKey, secretKey },
        timings: TIMINGS,
        callsPerSecond: 100,
        statusCallsPerMinute: 6_000,
      },
    ]),
  );
  const plugins = [new DataFlowPlugin({ profiles })];
  try {
    await inWorld({ worker: { plugins } }, async (world) => {
      const { client, taskQueue } = world;
      const played = services.map(async ({ fault, simulator }, index) => {
        const request = { workflowId: 'nightly', profile: `p${index}` };
        const handle = await client.workflow.start(RUN_REMOTE_WORKFLOW_WORKFLOW, {
          args: [request],
          taskQueue,
          workflowId: `${taskQueue}-${index}`,
        });
        world.note(handle);
        const progress = async (): Promise<RemoteRunProgress | undefined> =>
          Object.values(await handle.query<Record<string, RemoteRunProgress>>(PROGRESS_QUERY))[0];
        const one = { fault, simulator, handle, progress };
        await act?.(one);
        await check(one);
      });
      const ends = await Promise.allSettled(played);
      const wrong = ends.flatMap((end, index) =>
        end.status === 'rejected'
          ? [`${Object.keys(FAULTS)[index]}: ${(end.reason as Error).message}`]
          : [],
      );
      expect(wrong).toEqual([]);
    });
  } finally {
    await Promise.all(services.map(({ simulator }) => simulator.close()));
  }
}

const once = (on: OperationName, then: FaultEffect, jobId?: string): Fault => ({
  on,
  times: 1,
  then,
  ...(jobId !== undefined && { jobId }),
});

const active = (simulator: Simulator): readonly string[] =>
  simulator
    .executions()
    .filter(({ status }) => ['READY', 'RUNNING'].includes(status))
    .map(({ executionId }) => executionId);

async function completes({ handle, simulator }: Case, submissionOutcome: string): Promise<void> {
  const result = (await handle.result()) as RunRemoteWorkflowResult;
  expect(result.submissionOutcome).toBe(submissionOutcome);
  expect(result.nodes.map(({ execution }) => execution.status)).toEqual(['COMPLETED', 'COMPLETED']);
  expect(simulator.report().workflowRuns['nightly']).toBe(1);
}

/** It is canceled, and whatever it leaves running is named as unknown. */
async function staysCanceled({ handle, simulator, progress }: Case): Promise<string | undefined> {
  const error: unknown = await handle.result().catch((caught: unknown) => caught);
  expect((error as Error).cause).toBeInstanceOf(CancelledFailure);
  const { unknown } = (await progress())!;
  for (const executionId of active(simulator)) expect(unknown).toContain(executionId);
  return unknown;
}

describe('one odd answer to a run of a remote workflow (C10)', () => {
  it('while it prepares: it goes on, or ends with nothing started', () =>
    playAll({
      on: (then) => [once('getJobExecutions', then)],
      check: async ({ fault, handle, simulator }) => {
        const ended = await handle.result().then(
          () => 'completed',
          () => 'failed',
        );
        const { workflowRuns } = simulator.report();
        expect(workflowRuns['nightly'] ?? 0, fault).toBe(ended === 'completed' ? 1 : 0);
        if (['a 503', 'an unreadable answer'].includes(fault)) expect(ended).toBe('completed');
      },
    }));

  it('to its start: it is started once, or the outcome is said', () =>
    playAll({
      on: (then) => [once('executeWorkflow', then)],
      check: async ({ handle, simulator, progress }) => {
        await handle.result().catch(() => undefined);
        const { outcome } = (await progress())!;
        const runs = simulator.report().workflowRuns['nightly'] ?? 0;
        expect(runs).toBeLessThanOrEqual(1);
        if (outcome === 'COMPLETED') expect(runs).toBe(1);
        else expect([outcome, active(simulator)]).toEqual([expect.stringMatching(/^DataFlow/), []]);
      },
    }));

  it('while it looks for a lost start: it finds what that caused', () =>
    playAll({
      // The first list of each job is the baseline.
      on: (then) => [
        { on: 'executeWorkflow', times: 1, then: { drop: 'after' } },
        { on: 'getJobExecutions', jobId: 'first', calls: [2], then },
        { on: 'getJobExecutionById', jobId: 'first', calls: [1], then },
      ],
      check: (one) => completes(one, 'adopted'),
    }));

  it('while it follows: it goes on to the last end', () =>
    playAll({
      on: (then) => [
        { on: 'getJobExecutions', calls: [3], then },
        { on: 'getJobExecutionById', calls: [1], then },
      ],
      check: (one) => completes(one, 'submitted'),
    }));

  it('after a cancel of an accepted start: what it started is stopped', () =>
    playAll({
      first: ENDLESS,
      on: (then) => [
        { on: 'getJobExecutions', jobId: 'first', calls: [2], then },
        once('getJobExecutionById', then, 'first'),
        once('cancelJobExecution', then, 'first'),
      ],
      act: async ({ simulator, handle }) => {
        await until(() => simulator.report().workflowRuns['nightly'] === 1);
        await handle.cancel();
      },
      check: async (one) => {
        const unknown = await staysCanceled(one);
        expect([active(one.simulator), unknown]).toEqual([[], undefined]);
      },
    }));

  it('after a cancel during a POST whose answer is lost: the candidates are named', () =>
    playAll({
      first: ENDLESS,
      on: (then) => [
        {
          on: 'executeWorkflow',
          times: 1,
          then: { delayMs: 1_000, at: 'answer', then: { drop: 'after' } },
        },
        { on: 'getJobExecutions', jobId: 'first', calls: [2], then },
        { on: 'getJobExecutionById', jobId: 'first', calls: [1], then },
      ],
      act: async ({ simulator, handle }) => {
        await until(() => simulator.report().workflowRuns['nightly'] === 1);
        await handle.cancel();
      },
      check: async (one) => {
        expect(await staysCanceled(one)).toContain(active(one.simulator)[0]);
      },
    }));
});

describe('a remote workflow that cannot be followed (C12)', () => {
  const job = (id: string, ...parentNodeIds: readonly string[]) => ({
    ...{ id, name: id, parentNodeIds },
    type: 'JOB',
  });

  it.each<readonly [string, readonly object[], string]>([
    [
      'a node whose parent is no node',
      [job('first', 'byhand'), job('second', 'gone')],
      'second (after gone)',
    ],
    [
      'a node whose parent is neither job nor trigger',
      [job('first', 'byhand'), { ...job('if', 'first'), type: 'CONDITION' }, job('second', 'if')],
      'second (after if)',
    ],
  ])('is refused before its start: %s', (_, jobs, named) => {
    const trigger = { ...job('byhand'), type: 'TRIGGER', triggerRule: 'NONE' };
    const body = { workflowId: 'nightly', name: 'nightly', nodes: [trigger, ...jobs] };
    return inWorld(
      {
        ...NIGHTLY,
        jobs: [{ jobId: 'first' }, { jobId: 'second' }],
        faults: [{ on: 'getWorkflowById', then: { status: 200, body } }],
      },
      async (world) => {
        const handle = await world.startRemote({ workflowId: 'nightly' });
        const { type, message } = await failureOf(handle.result());
        expect(type).toBe('DataFlowInvalidInput');
        expect(message).toContain(named);
        expect(world.simulator.report()).toMatchObject({ created: 0, workflowRuns: {} });
      },
    );
  });
});

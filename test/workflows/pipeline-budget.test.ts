import { randomBytes } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { PIPELINE_STATE_QUERY, RUN_PIPELINE_WORKFLOW } from '../../contract/names.js';
import type { Packed, PipelineResult, PipelineRunState } from '../../contract/pipeline-run.js';
import type {
  PipelinePlan,
  PipelineState,
  PlannedStep,
  StepState,
} from '../../contract/pipeline.js';
import { bytesOf, pack, unpack } from '../../pipeline/packed.js';
import { advance } from '../../pipeline/planner/advance.js';
import { initialState } from '../../pipeline/planner/step-states.js';
import type { PipelineStateAnswer } from '../../workflows/pipeline-run/updates.js';
import { failureOf } from '../support/failure-of.js';
import { say, start, stepIs, untilContinued } from '../support/pipelines.js';
import { until } from '../support/until.js';
import { inWorld, type World } from '../support/world.js';

const ITEMS = 2_000;
/** 234 KB of realistic paths. */
const PATHS = Array.from({ length: ITEMS }, (_, nth) =>
  `s3://landing-zone/sales/region=kr/year=2026/month=11/day=21/part-${String(nth).padStart(8, '0')}`.padEnd(
    114,
    'x',
  ),
);
const hex = (bytes: number): string => randomBytes(bytes).toString('hex');

const stepFor = (forEach: string): PlannedStep => ({
  ...{ kind: 'activity', needs: [], runIf: 'allSucceeded', activity: 'load', forEach },
  options: { startToCloseTimeout: '1m' },
});
const OPEN: PlannedStep = { kind: 'approval', needs: [], runIf: 'allSucceeded' };
const planOf = (steps: PipelinePlan['steps']): PipelinePlan => ({
  ...{ version: 1, pipeline: 'large', concurrency: 10, onFailure: 'stop', holdForMs: 1 },
  ...{ parameters: { paths: { type: 'list' } }, steps },
});

/** A step all of whose items have ended, each with an id as the service gives them. */
const endedStep = (values: readonly string[]): StepState => ({
  ...{ status: 'succeeded', values, next: values.length },
  items: values.map(() => ({ status: 'succeeded', attempt: 1, executionId: hex(6) })),
  counts: { running: 0, succeeded: values.length, failed: 0, canceled: 0, skipped: 0 },
});

/** Nine steps with 2,000 items have ended; what is left of the plan begins. */
function afterNine(
  left: PipelinePlan['steps'],
  valuesOf: () => readonly string[],
): PipelineRunState {
  const names = Array.from({ length: 9 }, (_, nth) => `s${nth}`);
  const nine = names.map((id) => [id, stepFor('params.paths')] as const);
  const plan = planOf({ ...Object.fromEntries(nine), ...left });
  const ended = names.map((id) => [id, endedStep(valuesOf())] as const);
  const state: PipelineState = {
    ...initialState(plan),
    steps: { ...initialState(plan).steps, ...Object.fromEntries(ended) },
  };
  return { version: 1, plan, parameters: { paths: PATHS }, key: 'k', state, carried: [] };
}

const startFrom = (
  { client, taskQueue }: World,
  state: PipelineRunState,
  continueAfterEvents: number,
): Promise<WorkflowHandle> =>
  client.workflow.start(RUN_PIPELINE_WORKFLOW, {
    args: [{ pipeline: 'large', resumeFrom: pack(state, 1_900_000), continueAfterEvents }],
    ...{ taskQueue, workflowId: taskQueue },
  });

describe('what a run hands over at continue-as-new (P14)', () => {
  it('holds nine steps with 2,000 paths, and the run goes on', () =>
    inWorld({}, async (world) => {
      const from = afterNine({ ok: OPEN }, () => PATHS);
      expect(bytesOf(from)).toBeGreaterThan(3_000_000);
      const handle = await startFrom(world, from, 40);
      await stepIs(handle, 'ok', 'running');
      const to = await untilContinued(handle);
      expect(to.state.steps['s8']).toEqual(from.state.steps['s8']);
      const answer =
        await handle.query<Record<string, PipelineStateAnswer | Packed>>(PIPELINE_STATE_QUERY);
      expect(unpack(answer['k']!).state.steps['s0']?.items).toHaveLength(ITEMS);
      await say(handle, 'approve', { step: 'ok', approve: true });
      expect(await handle.result()).toMatchObject({ outcome: 'succeeded' });
    }));

  it('holds a thousand long comments, which the result cuts', () =>
    inWorld({}, async (world) => {
      const comment = '승인합니다 '.repeat(160).trim();
      const decided: StepState = {
        ...endedStep(['']),
        items: [{ status: 'succeeded', attempt: 1, output: { approve: true, by: 'kim', comment } }],
      };
      delete (decided as { values?: unknown }).values;
      const names = Array.from({ length: 999 }, (_, nth) => `s${nth}`);
      const plan = planOf({ ok: OPEN, ...Object.fromEntries(names.map((id) => [id, OPEN])) });
      const first = initialState(plan);
      const steps = { ...first.steps, ...Object.fromEntries(names.map((id) => [id, decided])) };
      const handle = await startFrom(
        world,
        {
          ...{ version: 1, plan, parameters: { paths: [] }, key: 'k', carried: [] },
          state: { ...first, steps },
        },
        10_000,
      );
      await stepIs(handle, 'ok', 'running');
      await say(handle, 'approve', { step: 'ok', approve: true, comment });
      const result = (await handle.result()) as PipelineResult;
      expect(bytesOf(result)).toBeLessThan(1_200_000);
      expect(result.steps['s7']?.decision).toMatchObject({
        by: 'kim',
        comment: expect.stringMatching(/^승인합니다 .*…$/) as unknown,
      });
    }));

  it('that is too large ends the run with everything stopped', () =>
    inWorld(
      { jobs: [{ jobId: 'jobA', executions: [{ waitingMs: 10, runningMs: 600_000 }] }] },
      async (world) => {
        const job: PlannedStep = {
          ...{ kind: 'job', needs: [], runIf: 'allSucceeded', jobId: 'jobA', options: {} },
          ...{ jobCondition: {}, parameters: {} },
        };
        const from = afterNine({ ok: OPEN, run: job }, () => PATHS.map(() => hex(40)));
        const handle = await startFrom(world, from, 60);
        await stepIs(handle, 'run', 'running');
        const ended = failureOf(handle.result());
        await until(async () => {
          const isRefused = await say(handle, 'resume').then(
            () => false,
            () => true,
          );
          return isRefused && (await handle.describe()).status.name === 'FAILED';
        });
        expect(await ended).toMatchObject({
          type: 'DataFlowPipelineFailed',
          message: expect.stringMatching(
            /its state takes 1\.\d\d MB compressed, at most 1\.00 MB/,
          ) as unknown,
        });
        expect(world.simulator.report()).toMatchObject({ created: 1, leftRunning: 0 });
      },
    ));

  it('is bounded where it grows: values that do not fit fail their step', () =>
    inWorld({}, async (world) => {
      const state = afterNine({ next: stepFor('params.paths.map(p, p + "/b")') }, () => []);
      const steps = { ...state.state.steps, s0: endedStep(PATHS.map(() => hex(160))) };
      const handle = await startFrom(world, { ...state, state: { ...state.state, steps } }, 10_000);
      expect(await failureOf(handle.result())).toMatchObject({
        message: expect.stringMatching(
          /next: forEach: its values and those of the steps before take \d+ bytes/,
        ) as unknown,
      });
    }));

  it('is refused before anything starts where the pipeline itself is too large', () =>
    inWorld({}, async (world) => {
      const { client, taskQueue } = world;
      const plan = planOf({ ok: OPEN });
      const handle = await client.workflow.start(RUN_PIPELINE_WORKFLOW, {
        args: [
          { pipeline: plan, parameters: { paths: Array.from({ length: 9_000 }, () => hex(60)) } },
        ],
        ...{ taskQueue, workflowId: taskQueue },
      });
      expect(await failureOf(handle.result())).toMatchObject({ type: 'DataFlowInvalidInput' });
    }));
});

describe('a rerun of four steps over 2,000 paths each (P14)', () => {
  const job: PlannedStep = {
    ...{ kind: 'job', needs: ['s3'], runIf: 'allSucceeded', jobId: 'jobA', options: {} },
    ...{ jobCondition: {}, parameters: {} },
  };
  const ids = ['s0', 's1', 's2', 's3'];
  const plan = planOf({
    ...Object.fromEntries(ids.map((id) => [id, stepFor('params.paths')])),
    run: job,
    ok: { ...OPEN, needs: ['s3'] },
  });

  /** All four have ended; one item of the last one has failed. */
  function failed(paths: readonly string[]): PipelineRunState {
    const steps = Object.fromEntries(ids.map((id) => [id, endedStep(paths)]));
    const { items, counts, ...last } = steps['s3']!;
    const s3: StepState = {
      ...{ ...last, status: 'failed' },
      items: [...items.slice(1), { status: 'failed', attempt: 1, reason: 'no such path' }],
      counts: { ...counts, succeeded: ITEMS - 1, failed: 1 },
    };
    const state = { ...initialState(plan), steps: { ...initialState(plan).steps, ...steps, s3 } };
    return { version: 1, plan, parameters: { paths }, key: 'k', state, carried: [] };
  }

  /** As `dataflow pipeline rerun` does: with the whole state that the ended run answers. */
  async function rerun(world: World, paths: readonly string[]): Promise<WorkflowHandle> {
    const ended = await startFrom(world, failed(paths), 10_000);
    expect(await failureOf(ended.result())).toMatchObject({ type: 'DataFlowPipelineFailed' });
    const [answer] = Object.values(
      await ended.query<Record<string, PipelineStateAnswer | Packed>>(PIPELINE_STATE_QUERY),
    );
    const { state, parameters } = unpack(answer!);
    return await start(world, {
      ...{ pipeline: plan, parameters, rerun: { state }, continueAfterEvents: 30 },
    });
  }
  const jobs = [{ jobId: 'jobA', executions: [{ waitingMs: 10, runningMs: 2_000 }] }];

  it('runs what had failed, continues as new, and comes to its end', () => {
    const loaded: unknown[] = [];
    const load = (path: unknown) => Promise.resolve(loaded.push(path));
    return inWorld({ jobs, worker: { activities: { load } } }, async (world) => {
      const handle = await rerun(world, PATHS);
      await untilContinued(handle);
      await stepIs(handle, 'ok', 'running');
      await say(handle, 'approve', { step: 'ok', approve: true });
      expect(await handle.result()).toMatchObject({ outcome: 'succeeded' });
      expect(loaded).toHaveLength(1);
      expect(world.simulator.report()).toMatchObject({ created: 1, leftRunning: 0 });
    });
  });

  it('is refused before anything starts where it could not be handed over', () =>
    inWorld({ jobs }, async (world) => {
      const handle = await rerun(
        world,
        PATHS.map(() => hex(57)),
      );
      expect(await failureOf(handle.result())).toMatchObject({
        type: 'DataFlowInvalidInput',
        message: expect.stringMatching(/takes \d\.\d\d MB compressed, at most 0\.50 MB/) as unknown,
      });
      expect((await handle.describe()).status.name).toBe('FAILED');
      expect(world.simulator.report()).toMatchObject({ created: 0 });
    }));
});

describe('the worst pipelines', () => {
  it('a rerun of four steps with 2,000 paths fits into an input', () => {
    const { state } = afterNine({ ok: OPEN }, () => PATHS);
    expect(bytesOf(pack(state))).toBeLessThan(1_000_000);
  });

  it('120 pipelines of 81 steps under way within one are handed over by a part of the budget', () => {
    const inner: PipelinePlan = {
      ...planOf(
        Object.fromEntries(Array.from({ length: 81 }, (_, nth) => [`step-${nth}`, stepFor('[1]')])),
      ),
      parameters: {},
    };
    const outer = planOf(
      Object.fromEntries(
        Array.from({ length: 120 }, (_, nth) => [
          `child-${nth}`,
          {
            kind: 'pipeline',
            needs: [],
            runIf: 'allSucceeded',
            plan: { ...inner, pipeline: `p${nth}` },
            parameters: {},
          },
        ]),
      ),
    );
    let child = initialState(inner);
    child = advance(inner, child, { kind: 'begin' }, () =>
      Array.from({ length: 5 }, () => hex(20)),
    ).state;
    const carried = Object.keys(outer.steps).map((step) => ({
      ...{ step, index: 0, attempt: 1 },
      child: { version: 1 as const, parameters: {}, key: hex(18), state: child, carried: [] },
    }));
    const state = {
      version: 1 as const,
      plan: outer,
      parameters: {},
      key: 'k',
      state: initialState(outer),
      carried,
    };
    expect(bytesOf(state)).toBeGreaterThan(2_000_000);
    expect(bytesOf(pack(state))).toBeLessThan(500_000);
  });
});

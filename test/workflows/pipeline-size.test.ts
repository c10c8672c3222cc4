import { describe, expect, it } from 'vitest';
import type { PipelinePlan, PlannedStep } from '../../contract/pipeline.js';
import { start } from '../support/pipelines.js';
import { inWorld } from '../support/world.js';

/** PIPELINE_SIZE=10 runs the promised sizes, 2,000 items and 1,000 steps, which takes some twenty minutes. */
const SIZE = Number(process.env['PIPELINE_SIZE'] ?? '1');
const ITEMS = 200 * SIZE;
const STEPS = 100 * SIZE;
const LIMIT_MS = 240_000 * SIZE;
const MAX_EVENTS = 10_240;

const jobs = Array.from({ length: 10 }, (_, nth) => ({
  jobId: `job${nth}`,
  maxConcurrentRuns: 100,
  executions: [{ waitingMs: 1, runningMs: 1 }],
}));
const jobStep = (nth: number, more: Partial<PlannedStep> = {}): PlannedStep =>
  ({
    ...{ kind: 'job', needs: [], runIf: 'allSucceeded', jobId: `job${nth % 10}` },
    ...{ options: { onBusy: 'wait' }, jobCondition: {}, parameters: {} },
    ...more,
  }) as PlannedStep;
const aPlan = (steps: PipelinePlan['steps']): PipelinePlan => ({
  ...{ version: 1, pipeline: 'large', parameters: {}, concurrency: 50 },
  ...{ onFailure: 'stop', holdForMs: 1_000, steps },
});

async function runsWhole(plan: PipelinePlan, executions: number): Promise<void> {
  await inWorld({ jobs, worker: { maxConcurrentActivityTaskExecutions: 200 } }, async (world) => {
    const handle = await start(world, { pipeline: plan });
    expect((await handle.result()).outcome).toBe('succeeded');
    const { posts, created, leftRunning } = world.simulator.report();
    expect({ posts, created, leftRunning }).toEqual({
      ...{ posts: executions, created: executions, leftRunning: 0 },
    });
    expect(await world.eventCount(handle)).toBeLessThan(MAX_EVENTS);
  });
}

describe('a large pipeline', () => {
  it(
    `of a step with ${ITEMS} items, 50 at once, completes`,
    () => {
      const values = Array.from({ length: ITEMS }, (_, nth) => String(nth));
      return runsWhole(aPlan({ all: jobStep(0, { forEach: values, maxParallel: 50 }) }), ITEMS);
    },
    LIMIT_MS,
  );

  it(
    `of ${STEPS} steps completes`,
    () => {
      const steps = Array.from({ length: STEPS }, (_, nth) => {
        const needs = nth < 10 ? [] : [`s${nth - 10}`];
        return [`s${nth}`, jobStep(nth, { needs })] as const;
      });
      return runsWhole(aPlan(Object.fromEntries(steps)), STEPS);
    },
    LIMIT_MS,
  );
});

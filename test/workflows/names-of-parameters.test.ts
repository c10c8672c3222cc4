import { describe, expect, it } from 'vitest';
import type { JobCondition } from '../../contract/job.js';
import type { PipelinePlan } from '../../contract/pipeline.js';
import { failureOf } from '../support/failure-of.js';
import { start } from '../support/pipelines.js';
import { inWorld, type World } from '../support/world.js';

/** Names that have a meaning in JavaScript. JSON.parse makes them own properties. */
const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];
const named = (names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [name, `value of ${name}`]));
const entriesOf = (condition: Pick<JobCondition, 'parameters'> | undefined) =>
  Object.entries(condition?.parameters ?? {}).sort();
const ALL = Object.entries(named(NAMES)).sort();
const JOBS = {
  jobs: [{ jobId: 'jobA', type: 'SCRIPT', executions: [{ waitingMs: 10, runningMs: 10 }] }],
} as const;

const shownBy = ({ simulator }: World) => entriesOf(simulator.executions('jobA')[0]?.jobCondition);

it('a value of the caller’s own for the run key’s parameter is refused, and nothing is posted (A13)', () =>
  inWorld(JOBS, async (world) => {
    const { type, message } = await failureOf(
      world.run({
        jobId: 'jobA',
        runKeyParameter: 'runId',
        jobCondition: { parameters: { runId: 'mine', day: '1' } },
      }),
    );
    expect(type).toBe('DataFlowInvalidInput');
    expect(message).toContain('jobCondition.parameters.runId: must be left out');
    expect(world.simulator.report().posts).toBe(0);
  }));

describe('parameters whose names JavaScript gives a meaning to (C5)', () => {
  it('reach the job, and come back in the result of a run', () =>
    inWorld(JOBS, async (world) => {
      const { execution } = await world.run({
        jobId: 'jobA',
        jobCondition: { parameters: named(NAMES) },
      });
      expect(shownBy(world)).toEqual(ALL);
      expect(entriesOf(execution.jobCondition)).toEqual(ALL);
    }));

  it.each(NAMES)('may be the one for the run key: %s', (runKeyParameter) =>
    inWorld(
      { ...JOBS, faults: [{ on: 'executeJob', calls: [1], then: { drop: 'after' } }] },
      async (world) => {
        const { exactMatch, posts, runKey } = await world.run({ jobId: 'jobA', runKeyParameter });
        expect({ exactMatch, posts }).toEqual({ exactMatch: true, posts: 1 });
        expect(shownBy(world)).toEqual([[runKeyParameter, runKey]]);
      },
    ),
  );

  it('are kept in a plan, and refused by name in a pipeline where they could stand for anything else', () =>
    inWorld(JOBS, async (world) => {
      const plan: PipelinePlan = {
        ...{ version: 1, pipeline: 'p', parameters: {}, concurrency: 1, onFailure: 'stop' },
        holdForMs: 1,
        steps: {
          a: {
            ...{ kind: 'job', needs: [], runIf: 'allSucceeded', jobId: 'jobA', options: {} },
            ...{ jobCondition: {}, parameters: named(NAMES) },
          },
        },
      };
      expect((await (await start(world, { pipeline: plan })).result()).outcome).toBe('succeeded');
      expect(shownBy(world)).toEqual(ALL);
      const written = { pipeline: 'p', steps: { a: { job: 'jobA', parameters: named(NAMES) } } };
      const handle = await start(world, { key: 'written', pipeline: written });
      const { message } = await failureOf(handle.result());
      for (const name of ['__proto__', 'constructor', 'prototype'])
        expect(message).toContain(
          `steps.a.parameters.${name}: must be another name: this one is reserved`,
        );
    }));

  it('are refused as parameters of a pipeline that does not declare them', () =>
    inWorld(JOBS, async (world) => {
      const pipeline = { pipeline: 'p', steps: { a: { job: 'jobA' } } };
      const handle = await start(world, { pipeline, parameters: named(NAMES) });
      const { message } = await failureOf(handle.result());
      for (const name of NAMES) expect(message).toContain(`${name}: unknown`);
      expect(world.simulator.report().posts).toBe(0);
    }));
});

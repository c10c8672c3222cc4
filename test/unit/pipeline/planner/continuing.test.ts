import { describe, expect, it } from 'vitest';
import type { PipelineState } from '../../../../contract/pipeline.js';
import { seedFrom } from '../../../../pipeline/planner/retry.js';
import { inFlight } from '../../../../pipeline/planner/in-flight.js';
import { viewOf } from '../../../../pipeline/planner/view.js';
import { ARun, aPlan, type StepDraft } from './a-run.js';

describe('continue-as-new', () => {
  it('while the run drains nothing starts; afterwards it goes on', () => {
    const run = new ARun(aPlan({ a: {}, b: { needs: ['a'] } })).tell({ kind: 'drain' });
    expect(run.end('a', 'succeeded').commands).toEqual([]);
    expect(run.tell({ kind: 'begin' }).started).toEqual(['b 0']);
  });

  it('what runs is taken up again by its execution id, and its cancel as well', () => {
    const run = new ARun(aPlan({ a: { forEach: ['x', 'y'] }, b: {} }));
    run.tell({ kind: 'itemStarted', step: 'a', index: 1, attempt: 1, executionId: 'e1' });
    run.end('a', 'succeeded').say('cancelStep', 'a');
    expect(inFlight(run.plan, run.state)).toEqual([
      { step: 'a', index: 1, attempt: 1, value: 'y', executionId: 'e1', canceling: true },
      { step: 'b', index: 0, attempt: 1, value: null },
    ]);
  });

  it('a hold is asked for again', () => {
    const run = new ARun(aPlan({ a: {} }, { onFailure: 'hold' })).end('a', 'failed');
    run.tell({ kind: 'drain' }).tell({ kind: 'begin' });
    expect(run.commands).toEqual([{ kind: 'hold', hold: 1, forMs: 1_000 }]);
  });

  it('a state of 2,000 items with their outputs, and 1,000 steps, is smaller than 1 MB', () => {
    const values = Array.from({ length: 2_000 }, (_, index) => `2026-10-01/part-${index}`);
    const chain: Record<string, StepDraft> = {};
    for (let index = 0; index < 999; index += 1) {
      chain[`step-${index}`] = index === 0 ? {} : { needs: [`step-${index - 1}`] };
    }
    const plan = aPlan(
      { ...chain, each: { forEach: values } },
      { concurrency: 2_001, onFailure: 'continue' },
    );
    const run = new ARun(plan);
    const output = { status: 'COMPLETED', runningMs: 3_600_000, submission: 'a'.repeat(60) };
    for (const index of values.keys()) {
      const ref = { step: 'each', index, attempt: 1 };
      run.tell({ kind: 'itemStarted', ...ref, executionId: `sZ7aVb3k${1_000 + index}` });
      const ended = { kind: 'itemEnded', ...ref } as const;
      if (index % 2 === 0) run.tell({ ...ended, outcome: 'succeeded', output });
      else run.tell({ ...ended, outcome: 'failed', reason: 'long '.repeat(1_000) });
    }
    expect(run.state.steps['each']?.counts).toMatchObject({ succeeded: 1_000, failed: 1_000 });
    expect(JSON.stringify(run.state).length).toBeLessThan(1_000_000);
  });
});

describe('viewOf', () => {
  const ended = (state: PipelineState): unknown => viewOf(state, 'a');

  it('shows a step without forEach with its output and its execution', () => {
    const run = new ARun(aPlan({ a: {} }));
    run.tell({
      ...{ kind: 'itemEnded', step: 'a', index: 0, attempt: 1, outcome: 'succeeded' },
      ...{ output: 7, executionId: 'e1' },
    });
    expect(ended(run.state)).toEqual({
      ...{ status: 'succeeded', total: 1, succeeded: 1, failed: 0, canceled: 0, skipped: 0 },
      ...{ executionId: 'e1', output: 7, outputs: [7], reason: null },
    });
  });

  it('shows a step with forEach with the outputs of its items, in their order', () => {
    const run = new ARun(aPlan({ a: { forEach: [1, 2] } }, { onFailure: 'continue' }));
    run.end('a', 'failed').end('a', 'succeeded', { output: 'second' });
    expect(ended(run.state)).toMatchObject({
      ...{ status: 'failed', total: 2, succeeded: 1, failed: 1 },
      ...{ executionId: null, output: null, outputs: [null, 'second'] },
    });
  });

  it('shows no items of a step that has not begun, and knows no other names', () => {
    const { state } = new ARun(aPlan({ x: {}, a: { needs: ['x'] } }));
    expect(ended(state)).toMatchObject({ status: 'pending', total: 0, outputs: [] });
    expect(viewOf(state, 'toString')).toBeUndefined();
  });
});

describe('seedFrom', () => {
  const plan = aPlan({
    ...{ a: {}, no: { when: 'false' }, each: { forEach: [1, 2, 3], needs: ['a'] } },
    ...{ below: { needs: ['each'] }, other: { needs: ['a'] }, late: { needs: ['other'] } },
  });

  it('keeps what succeeded and what had a reason of its own to be skipped; the rest runs', () => {
    const run = new ARun(plan).end('a', 'succeeded', { output: 1 });
    run.end('each', 'succeeded').end('each', 'failed').end('each', 'succeeded');
    run.end('other', 'succeeded');
    expect(run.state.steps['late']).toMatchObject({ status: 'skipped', why: 'stop' });
    const seed = seedFrom(plan, run.state);
    expect(Object.entries(seed.steps).map(([id, { status }]) => `${id} ${status}`)).toEqual([
      ...['a succeeded', 'no skipped', 'each pending', 'below pending'],
      ...['other succeeded', 'late pending'],
    ]);
    expect(seed.steps['a']).toBe(run.state.steps['a']);
    run.state = seed;
    expect(run.tell({ kind: 'begin' }).started).toEqual(['each 1 again', 'late 0']);
    run.end('each', 'succeeded').end('late', 'succeeded').end('below', 'succeeded');
    expect(run.outcome).toBe('succeeded');
  });

  it('takes up what ran when its run was terminated, starts what had not begun, and nothing twice (P2)', () => {
    const run = new ARun(plan).end('a', 'succeeded', { output: 1 });
    run.tell({ kind: 'itemStarted', step: 'each', index: 1, attempt: 1, executionId: 'e1' });
    run.end('each', 'succeeded').say('cancelStep', 'each');
    run.state = seedFrom(plan, run.state, (step, index) => step === 'each' && index === 1);
    expect(inFlight(plan, run.state)).toEqual([
      { step: 'each', index: 1, attempt: 1, value: 2, executionId: 'e1' },
    ]);
    expect(run.tell({ kind: 'begin' }).started).toEqual(['each 2 again', 'other 0 again']);
    run.end('each', 'succeeded').end('each', 'succeeded').end('other', 'succeeded');
    run.end('late', 'succeeded').end('below', 'succeeded');
    expect(run.outcome).toBe('succeeded');
  });

  it('runs what it took up once more where a step that it needs runs again', () => {
    const gated = aPlan({ gate: {}, alarm: { needs: ['gate'], runIf: 'anyFailed' } });
    const run = new ARun(gated).end('gate', 'failed');
    run.state = seedFrom(gated, run.state, (step) => step === 'alarm');
    expect(run.tell({ kind: 'begin' }).started).toEqual(['gate 0 again']);
    run.end('gate', 'failed');
    expect(run.end('alarm', 'succeeded').started).toEqual(['alarm 0 again']);
  });

  it('starts again what is known to run no more, and steps that are new in the plan', () => {
    const run = new ARun(plan);
    const { steps } = seedFrom(aPlan({ ...plan.steps, fresh: {} }), run.state);
    expect(steps['a']).toMatchObject({
      status: 'pending',
      items: [{ status: 'pending', attempt: 1 }],
    });
    expect(steps['fresh']).toMatchObject({ status: 'pending', items: [] });
  });
});

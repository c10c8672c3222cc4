import { describe, expect, it } from 'vitest';
import type { PipelinePlan, PlannedStep } from '../../../../contract/pipeline.js';
import { cyclesOf, planProblems } from '../../../../pipeline/planner/plan-problems.js';

const approval = (...needs: string[]): PlannedStep => ({
  ...{ kind: 'approval', needs, runIf: 'allSucceeded' },
});
const plan = (steps: PipelinePlan['steps']): PipelinePlan => ({
  ...{ version: 1, pipeline: 'p', parameters: {}, concurrency: 1 },
  ...{ onFailure: 'stop', holdForMs: 1, steps },
});
const within = (inner: PipelinePlan): PlannedStep => ({
  ...{ kind: 'pipeline', needs: [], runIf: 'allSucceeded', plan: inner, parameters: {} },
});

describe('a plan that was given as it is', () => {
  it('is taken when its edges lead somewhere', () => {
    expect(planProblems(plan({ a: approval(), b: approval('a'), c: approval('a', 'b') }))).toEqual(
      [],
    );
  });

  it('is refused with all that is wrong with its edges, also in plans within it', () => {
    const inner = plan({ x: approval('y'), y: approval('x') });
    const steps = {
      ...{ a: approval('b', 'gone'), b: approval('c', 'lost'), c: approval('a') },
      ...{ self: approval('self'), child: within(inner), empty: within(plan({})) },
    };
    expect(planProblems(plan(steps))).toEqual([
      'steps.a.needs: there is no step gone',
      'steps.b.needs: there is no step lost',
      'steps.a.needs: cycle: a → b → c → a',
      'steps.self.needs: cycle: self → self',
      'steps.child.plan.steps.x.needs: cycle: x → y → x',
      'steps.empty.plan.steps: pipeline p has none',
    ]);
  });

  it('may be a chain of ten thousand steps', () => {
    const ids = Array.from({ length: 10_000 }, (_, nth) => `s${nth}`);
    const needs = (id: string): readonly string[] =>
      id === 's9999' ? ['s9998'] : [`s${Number(id.slice(1)) + 1}`];
    expect(cyclesOf(ids, needs)).toEqual([['s9998', 's9999', 's9998']]);
  });
});

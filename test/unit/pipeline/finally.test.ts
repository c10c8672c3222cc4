import { describe, expect, it } from 'vitest';
import type { PipelinePlan } from '../../../contract/pipeline.js';
import { pathText } from '../../../contract/validate.js';
import { checkPipeline } from '../../../pipeline/definition/check-pipeline.js';
import { normalisePipeline } from '../../../pipeline/definition/normalise-pipeline.js';
import { namesOf } from '../../../pipeline/definition/resolve-names.js';
import { planProblems } from '../../../pipeline/planner/plan-problems.js';

const BASE = { pipeline: 'p', steps: { load: { job: 'sales-load' } } };

function problemsOf(more: object): readonly string[] {
  const checked = checkPipeline({ ...BASE, ...more });
  return 'problems' in checked
    ? checked.problems.map(({ path, message }) => `${pathText(path)}: ${message}`)
    : [];
}

describe('finally', () => {
  it('holds jobs and activities, which see parameters, the run and each other', () => {
    const more = {
      parameters: { date: { type: 'string' } },
      finallyTimeout: '5m',
      finally: {
        tell: { activity: 'tell', with: '${{ params.date }} ${{ run.outcome }}' },
        clean: {
          needs: ['tell'],
          job: 'sales-clean',
          when: "${{ steps.tell.status == 'succeeded' }}",
        },
      },
    };
    expect(problemsOf(more)).toEqual([]);
    const checked = checkPipeline({ ...BASE, ...more });
    if (!('spec' in checked)) throw new Error('refused');
    expect(namesOf(checked.spec).map(({ name }) => name)).toEqual(['sales-load', 'sales-clean']);
    const made = normalisePipeline(checked.spec, { resolve: ({ name }) => ({ id: name }) });
    if (!('plan' in made)) throw new Error('refused');
    expect(made.plan.finally).toMatchObject({
      ...{ onFailure: 'continue', runTimeoutMs: 300_000 },
      steps: { tell: { kind: 'activity' }, clean: { kind: 'job', jobId: 'sales-clean' } },
    });
    expect(planProblems(made.plan)).toEqual([]);
  });

  it.each([
    ['an approval', { finally: { ok: { approval: {} } } }, /^finally\.ok/],
    [
      'a name that a step has',
      { finally: { load: { job: 'x' } } },
      /^finally\.load: must have a name that no step has$/,
    ],
    [
      'a step that it does not have',
      { finally: { a: { job: 'x', needs: ['load'] } } },
      /^finally\.a\.needs/,
    ],
    [
      'the output of a step',
      { finally: { a: { activity: 'x', with: '${{ steps.load.output }}' } } },
      /^finally\.a\.with/,
    ],
    [
      'a job in less than a minute',
      { finallyTimeout: '30s', finally: { a: { job: 'x' } } },
      /^finallyTimeout: 30s is too short for a job/,
    ],
    [
      'a time limit longer than its own',
      { finally: { a: { activity: 'x', startToCloseTimeout: '1h' } } },
      /^finally\.a\.startToCloseTimeout: 1h is longer/,
    ],
  ])('is refused with %s, at its place', (_, more, expected) => {
    expect(problemsOf(more)).toEqual([expect.stringMatching(expected)]);
  });

  it('has a plan that is checked like the steps', () => {
    const steps = {};
    const plan: PipelinePlan = {
      ...{ version: 1, pipeline: 'p', parameters: {}, concurrency: 1 },
      ...{ onFailure: 'stop', holdForMs: 1 },
      steps: { a: { kind: 'approval', needs: [], runIf: 'always' } },
    };
    expect(planProblems({ ...plan, finally: { ...plan, steps } })).toEqual([
      'finally.steps: pipeline p has none',
    ]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PipelineParameters } from '../../../../contract/pipeline-run.js';
import type { PipelinePlan, PipelineState } from '../../../../contract/pipeline.js';
import { normalisePipeline } from '../../../../pipeline/definition/normalise-pipeline.js';
import type { WrittenPipeline } from '../../../../pipeline/index.js';
import { changedInputs } from '../../../../pipeline/planner/changed-inputs.js';
import { hasEnded } from '../../../../pipeline/planner/rules.js';
import { seedFrom } from '../../../../pipeline/planner/retry.js';
import { freshStep } from '../../../../pipeline/planner/step-states.js';

const WRITTEN = {
  pipeline: 'sales',
  parameters: { day: { type: 'string' }, size: { type: 'number' } },
  steps: {
    extract: { job: 'extract', parameters: { day: '${{ params.day }}' } },
    clean: {
      ...{ needs: ['extract'], job: 'clean', forEach: ['KR', 'JP'], retry: { maximumAttempts: 2 } },
    },
    count: { needs: ['clean'], activity: 'count', with: { days: '${{ [params.day] }}' } },
    load: { needs: ['clean'], job: 'load', numWorker: '${{ int(params.size) }}' },
    mail: {
      needs: ['load'],
      pipeline: { pipeline: 'mails', steps: { send: { job: 'send' } } },
    },
    pause: { wait: '10m' },
    ok: { needs: ['mail'], approval: { message: 'send?' } },
  },
} satisfies WrittenPipeline;

const PARAMETERS = { day: '2026-11-21', size: 4 };

/** Names of jobs are looked up: `extract` has the id `id-extract`. */
const planOf = (spec: WrittenPipeline, isLookedUp = true): PipelinePlan => {
  const made = normalisePipeline(spec, {
    resolve: ({ name }) => (isLookedUp ? { id: `id-${name}`, name } : { id: name }),
  });
  if ('problems' in made) throw new Error(made.problems.join());
  return made.plan;
};

const withStep = (id: keyof typeof WRITTEN.steps, members: object): WrittenPipeline => ({
  ...WRITTEN,
  steps: { ...WRITTEN.steps, [id]: { ...WRITTEN.steps[id], ...members } },
});

const changes = (
  spec: WrittenPipeline,
  parameters: PipelineParameters = PARAMETERS,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    changedInputs(
      { plan: planOf(WRITTEN), parameters: PARAMETERS },
      { plan: planOf(spec, false), parameters },
    ),
  );

describe('changedInputs', () => {
  it('finds nothing where a job has its name in place of its id', () => {
    expect(changes(WRITTEN)).toEqual({});
  });

  it.each([
    ['extract', { job: 'other' }, 'it runs something else'],
    ['extract', { parameters: { day: 'x' } }, 'its parameters changed'],
    ['extract', { profile: 'payroll' }, 'its profile changed'],
    ['clean', { forEach: ['KR'] }, 'its forEach changed'],
    ['load', { numWorker: 8 }, 'its numWorker changed'],
    ['load', { timeout: 20 }, 'its timeout changed'],
    ['count', { with: 1 }, 'its with changed'],
    ['ok', { approval: { message: 'really?' } }, 'its message changed'],
    ['pause', { wait: '11m' }, 'its wait changed'],
    [
      'mail',
      { pipeline: { pipeline: 'mails', steps: { send: { job: 'send', numWorker: 3 } } } },
      'its pipeline changed',
    ],
    [
      'mail',
      { pipeline: { pipeline: 'mails', steps: { send: { job: 'send' }, log: { wait: '1s' } } } },
      'its pipeline changed',
    ],
  ] as const)('names %s with %j', (id, members, why) => {
    expect(changes(withStep(id, members))).toEqual({ [id]: why });
  });

  it.each([
    ['clean', { retry: { maximumAttempts: 5 }, runTimeout: '1h', maxParallel: 1 }],
    ['load', { needs: [], when: '${{ params.size > 1 }}', onBusy: 'fail' }],
  ] as const)('takes whether and when a step runs for no input: %s with %j', (id, members) => {
    expect(changes(withStep(id, members))).toEqual({});
  });

  it('finds the steps that read a parameter with another value, and no others', () => {
    expect(changes(WRITTEN, { ...PARAMETERS, day: '2026-11-22' })).toEqual({
      extract: 'parameter day changed',
      count: 'parameter day changed',
    });
  });
});

describe('a rerun with another plan', () => {
  it('keeps nothing that depends on what runs again', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const status = fc.constantFrom('succeeded', 'failed', 'skipped', 'canceled', 'pending');
    const step = fc.record({ needs: fc.subarray(ids), status, isNew: fc.boolean() });
    fc.assert(
      fc.property(fc.tuple(...ids.map(() => step)), fc.subarray(ids), (drafts, again) => {
        const needsOf = (place: number) =>
          drafts[place]!.needs.filter((need) => ids.indexOf(need) < place);
        const steps = ids.map((id, place) => [id, { job: id, needs: needsOf(place) }] as const);
        const plan = planOf({ pipeline: 'p', steps: Object.fromEntries(steps) });
        const known = ids.filter((_, place) => !drafts[place]!.isNew);
        const states = known.map((id) => {
          const { status: how } = drafts[ids.indexOf(id)]!;
          return [id, { ...freshStep(), status: how, ...(how === 'skipped' && { why: 'needs' }) }];
        });
        const stepStates: unknown = Object.fromEntries(states);
        const ended = { paused: false, holds: 0, failures: 0, steps: stepStates } as PipelineState;
        const seed = seedFrom(plan, ended, undefined, again);
        for (const id of ids) {
          if (!hasEnded(seed.steps[id]!.status)) continue;
          expect(again).not.toContain(id);
          for (const need of plan.steps[id]!.needs)
            expect(hasEnded(seed.steps[need]!.status), `${id} needs ${need}`).toBe(true);
        }
      }),
    );
  });
});

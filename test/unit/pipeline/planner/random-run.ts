import fc from 'fast-check';
import type { PipelinePlan, RunIf } from '../../../../contract/pipeline.js';
import { aPlan, type StepDraft } from './a-run.js';

/** What the world does next. Numbers choose among what there is at that moment. */
export type Act =
  | {
      readonly act: 'end';
      readonly pick: number;
      readonly outcome: 'succeeded' | 'failed' | 'canceled';
    }
  | { readonly act: 'id'; readonly pick: number }
  | { readonly act: 'stale'; readonly pick: number }
  | { readonly act: 'message'; readonly kind: number; readonly pick: number; readonly yes: boolean }
  | { readonly act: 'pause' | 'resume' | 'drain' | 'begin' | 'holdExpired' }
  | { readonly act: 'cancel' | 'deadline' };

export interface RandomRun {
  readonly plan: PipelinePlan;
  readonly acts: readonly Act[];
  /** How items end after the acts. */
  readonly ends: readonly ('succeeded' | 'failed')[];
}

const RULES: readonly RunIf[] = [
  ...(['allSucceeded', 'allSucceeded', 'allSucceeded'] as const),
  ...(['anyFailed', 'allDone', 'noneSkipped', 'anySucceeded', 'always'] as const),
];

const aStepDraft = fc.record({
  kind: fc.constantFrom('activity', 'activity', 'activity', 'approval'),
  runIf: fc.constantFrom(...RULES),
  needs: fc.array(fc.nat({ max: 7 }), { maxLength: 3 }),
  when: fc.constantFrom(undefined, undefined, undefined, 'true', 'false', 'fail: unreadable'),
  forEach: fc.constantFrom(
    undefined,
    undefined,
    [1, 2],
    [1, 2, 3, 4],
    '[1, 2, 3]',
    '[]',
    'fail: no',
  ),
  maxParallel: fc.constantFrom(undefined, undefined, 1, 2),
});

/** Steps need earlier ones only; the order in which they are written is another one. */
const aRandomPlan: fc.Arbitrary<PipelinePlan> = fc
  .record({
    steps: fc.array(aStepDraft, { minLength: 2, maxLength: 8 }),
    concurrency: fc.integer({ min: 1, max: 4 }),
    onFailure: fc.constantFrom('stop', 'continue', 'hold', 'hold'),
    backwards: fc.boolean(),
  })
  .map(({ steps, backwards, ...rest }) => {
    const drafts = steps.map(({ needs, when, forEach, maxParallel, ...step }, index) => {
      const earlier = [...new Set(needs.filter((need) => need < index))];
      const draft: StepDraft = {
        ...{ ...step, needs: earlier.map((need) => `s${need}`) },
        ...(when !== undefined && { when }),
        ...(forEach !== undefined && { forEach }),
        ...(maxParallel !== undefined && { maxParallel }),
      };
      return [`s${index}`, draft] as const;
    });
    return aPlan(Object.fromEntries(backwards ? drafts.reverse() : drafts), rest);
  });

const pick = fc.nat({ max: 30 });
const anAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      act: fc.constant('end' as const),
      pick,
      outcome: fc.constantFrom(
        'succeeded',
        'succeeded',
        'succeeded',
        'failed',
        'failed',
        'canceled',
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('id' as const), pick }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('stale' as const), pick }) },
  {
    weight: 8,
    arbitrary: fc.record({
      act: fc.constant('message' as const),
      kind: fc.nat({ max: 5 }),
      pick,
      yes: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constantFrom('pause', 'resume', 'drain', 'begin', 'begin', 'resume'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ act: 'holdExpired' }) },
);
const anEnd: fc.Arbitrary<Act> = fc.record({ act: fc.constantFrom('cancel', 'deadline') });

export const aRandomRun: fc.Arbitrary<RandomRun> = fc.record({
  plan: aRandomPlan,
  acts: fc
    .tuple(fc.array(anAct, { maxLength: 40 }), fc.option(fc.tuple(fc.nat({ max: 40 }), anEnd)))
    .map(([acts, end]) => (end === null ? acts : acts.toSpliced(end[0], 0, end[1]))),
  ends: fc.array(fc.constantFrom('succeeded', 'succeeded', 'failed'), {
    minLength: 1,
    maxLength: 9,
  }),
});

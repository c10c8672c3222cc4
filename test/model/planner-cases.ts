import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import type {
  PipelineMessage,
  PipelinePlan,
  PipelineState,
  RunIf,
  StepStatus,
} from '../../contract/pipeline.js';
import { advance } from '../../pipeline/planner/advance.js';
import { seedFrom } from '../../pipeline/planner/retry.js';
import type { Command, ItemRef, PlanEvent } from '../../pipeline/planner/events.js';
import { initialState } from '../../pipeline/planner/step-states.js';
import { messageRefusal } from '../../pipeline/planner/message-refusal.js';
import { aPlan, type StepDraft } from '../unit/pipeline/planner/a-run.js';
import { ReferencePlanner } from './reference-planner.js';
import type { ReferenceRun } from './reference-rules.js';
import fc from 'fast-check';

/** Input of both planners: an event, continue-as-new, or a rerun after the end. */
export type Told = PlanEvent | { readonly kind: 'handOver' } | { readonly kind: 'rerun' };

/** A random action. Numbers select among the possible ones. */
type Act =
  | {
      readonly act: 'end';
      readonly pick: number;
      readonly outcome: 'succeeded' | 'failed' | 'canceled';
    }
  | { readonly act: 'late'; readonly pick: number; readonly attempt: number }
  | {
      readonly act: 'message';
      readonly kind: (typeof MESSAGES)[number];
      readonly pick: number;
      readonly yes: boolean;
      readonly item: number | undefined;
    }
  | {
      readonly act: 'pause' | 'resume' | 'drain' | 'begin' | 'handOver' | 'holdExpired';
    }
  | { readonly act: 'cancel' | 'deadline' | 'size' };

export interface PlannerCase {
  readonly plan: PipelinePlan;
  /** The run, and its reruns. */
  readonly rounds: readonly {
    readonly acts: readonly Act[];
    /** Ends of items after the acts. */
    readonly ends: readonly ('succeeded' | 'failed')[];
  }[];
}

const MESSAGES = ['cancelStep', 'retryStep', 'skipStep', 'approve'] as const;

const RULES: readonly RunIf[] = [
  ...(['allSucceeded', 'allSucceeded', 'allSucceeded', 'allSucceeded'] as const),
  ...(['anyFailed', 'anyFailed', 'noneSkipped', 'anySucceeded', 'always', 'allDone'] as const),
];

const oneOf = fc.constantFrom;

const aStep = fc.record({
  kind: oneOf('activity', 'activity', 'activity', 'approval'),
  runIf: oneOf(...RULES),
  needs: fc.array(fc.nat({ max: 7 }), { maxLength: 3 }),
  when: oneOf(undefined, undefined, undefined, undefined, 'false', 'fail: no', 'well', 'badly'),
  forEach: oneOf(undefined, undefined, undefined, [1, 2], [1, 2, 3], '[1, 2]', '[]', 'fail: no'),
  maxParallel: oneOf(undefined, undefined, 1, 2),
});

/** Steps need earlier ones only. The written order is another one. */
const aCasePlan: fc.Arbitrary<PipelinePlan> = fc
  .record({
    steps: fc.array(aStep, { minLength: 2, maxLength: 8 }),
    concurrency: fc.integer({ min: 1, max: 4 }),
    onFailure: oneOf('stop', 'continue', 'hold', 'hold'),
    isBackwards: fc.boolean(),
  })
  .map(({ steps, isBackwards, ...rest }) => {
    const drafts = steps.map(({ needs, when, forEach, maxParallel, ...step }, index) => {
      const earlier = [...new Set(needs.filter((need) => need < index))].map((need) => `s${need}`);
      const draft: StepDraft = {
        ...{ ...step, needs: earlier },
        ...(when !== undefined && { when: conditionOn(when, earlier[0]) }),
        ...(forEach !== undefined && step.kind !== 'approval' && { forEach }),
        ...(maxParallel !== undefined && step.kind !== 'approval' && { maxParallel }),
      };
      return [`s${index}`, draft] as const;
    });
    return aPlan(Object.fromEntries(isBackwards ? drafts.reverse() : drafts), rest);
  });

/** A condition on the end of a need, if there is one. */
function conditionOn(when: string, need: string | undefined): string {
  if (when !== 'well' && when !== 'badly') return when;
  if (need === undefined) return 'true';
  return `steps.${need}.status ${when === 'well' ? '==' : '!='} "succeeded"`;
}

const pick = fc.nat({ max: 30 });
const outcome = oneOf('succeeded', 'succeeded', 'succeeded', 'failed', 'failed', 'canceled');
const anAct: fc.Arbitrary<Act> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ act: fc.constant('end' as const), pick, outcome }) },
  {
    weight: 1,
    arbitrary: fc.record({
      ...{ act: fc.constant('late' as const), pick, attempt: fc.nat({ max: 4 }) },
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      ...{ act: fc.constant('message' as const), pick, yes: fc.boolean() },
      kind: oneOf('cancelStep', 'retryStep', 'retryStep', 'retryStep', 'skipStep', 'approve'),
      item: oneOf(undefined, undefined, 0, 1),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      act: oneOf('pause', 'resume', 'resume', 'drain', 'begin', 'handOver', 'handOver'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ act: 'holdExpired' }) },
);
const anEnd: fc.Arbitrary<Act> = fc.record({ act: oneOf('cancel', 'deadline', 'size') });

const aRound = fc.record({
  acts: fc
    .tuple(
      fc.array(anAct, { maxLength: 30 }),
      fc.option(fc.tuple(fc.nat({ max: 30 }), anEnd), { freq: 4 }),
    )
    .map(([acts, end]) => (end === null ? acts : acts.toSpliced(end[0], 0, end[1]))),
  ends: fc.array(oneOf('succeeded', 'succeeded', 'failed'), { minLength: 1, maxLength: 9 }),
});

export const aPlannerCase: fc.Arbitrary<PlannerCase> = fc.record({
  plan: aCasePlan,
  rounds: fc.array(aRound, { minLength: 1, maxLength: 3 }),
});

/** Evaluates the texts of the plan: `true`, `false`, `fail: why`, JSON, or the end of a step. */
function answer(
  plan: PipelinePlan,
  step: string,
  what: 'when' | 'forEach',
  statusOf: (step: string) => StepStatus | undefined,
): unknown {
  const text = plan.steps[step]?.[what] as string;
  if (text.startsWith('fail: ')) return { failed: text.slice(6) };
  const asked = /^steps\.(\w+)\.status (==|!=) "succeeded"$/.exec(text);
  if (asked === null) return JSON.parse(text) as unknown;
  return (statusOf(asked[1]!) === 'succeeded') === (asked[2] === '==');
}

const wordsOf = (command: Command): readonly string[] =>
  'step' in command ? [`${command.kind} ${command.step} ${command.index} ${command.attempt}`] : [];

/** Cancels and discards are sorted, starts keep their order. */
function sorted(acts: readonly string[]): readonly string[] {
  const isStart = (act: string): boolean => act.startsWith('start');
  return [...acts.filter((act) => !isStart(act)).sort(), ...acts.filter(isStart)];
}

/** The part of a state that docs/pipelines.md describes. */
const shownOfReal = ({ steps, held, holds, ended }: PipelineState) => ({
  steps: Object.fromEntries(
    Object.entries(steps).map(([id, { status, why, by, items }]) => [
      id,
      { status, why, by, items: items.map((item) => `${item.status} ${item.attempt}`).join(', ') },
    ]),
  ),
  ...{ held: held ?? false, holds, outcome: ended?.outcome, failed: ended?.failed },
});

const shownOfReference = ({ steps, isHeld, holds, outcome, failed }: ReferenceRun) => ({
  steps: Object.fromEntries(
    Object.entries(steps).map(([id, { status, cause, by, items }]) => [
      id,
      {
        ...{ status, why: cause, by },
        items: items.map((item) => `${item.status} ${item.attempt}`).join(', '),
      },
    ]),
  ),
  ...{ held: isHeld, holds, outcome, failed },
});

/** The planner and the reference, with equal input. */
export class PlannerPair {
  readonly plan: PipelinePlan;
  readonly told: Told[] = [];
  reference: ReferencePlanner;
  state: PipelineState;
  /** Text of the first difference. */
  difference: string | undefined;

  constructor(plan: PipelinePlan) {
    this.plan = plan;
    this.reference = new ReferencePlanner(plan, (...asked) => answer(plan, ...asked));
    this.state = initialState(plan);
    this.tell({ kind: 'begin' });
  }

  tell(told: Told): void {
    if (this.difference !== undefined) return;
    this.told.push(told);
    switch (told.kind) {
      case 'handOver':
        this.#play({ kind: 'drain' });
        this.state = JSON.parse(JSON.stringify(this.state)) as PipelineState;
        this.reference = this.#referenceFrom(
          JSON.parse(JSON.stringify(this.reference.run)) as ReferenceRun,
        );
        this.#play({ kind: 'begin' });
        return;
      case 'rerun':
        this.state = seedFrom(this.plan, this.state);
        this.reference = this.reference.rerun();
        this.#play({ kind: 'begin' });
        return;
      default:
        this.#play(told);
    }
  }

  #referenceFrom(run: ReferenceRun): ReferencePlanner {
    return new ReferencePlanner(this.plan, (...asked) => answer(this.plan, ...asked), run);
  }

  #play(event: PlanEvent): void {
    if (this.difference !== undefined) return;
    const { plan, state, reference } = this;
    const isAccepted = isRefusable(event)
      ? messageRefusal(plan, state, event) === undefined
      : undefined;
    const { state: after, commands } = advance(plan, state, event, (step, what, viewOf) =>
      what === 'maxParallel' // numbers here: the model says nothing of the expression
        ? undefined
        : answer(plan, step, what, (other) => viewOf(other)?.status),
    );
    this.state = after;
    const isExpected = reference.tell(event);
    const real = {
      ...(isAccepted !== undefined && { isAccepted }),
      acts: sorted(commands.flatMap(wordsOf)),
      ...shownOfReal(after),
    };
    const expected = {
      ...(isAccepted !== undefined && { isAccepted: isExpected }),
      acts: sorted(reference.acts),
      ...shownOfReference(reference.run),
    };
    if (!isDeepStrictEqual(plain(real), plain(expected)))
      this.difference = differencesOf(plain(real), plain(expected));
  }

  /** Running items of the reference. */
  get running(): readonly ItemRef[] {
    return Object.entries(this.reference.run.steps).flatMap(([step, { items }]) =>
      items.flatMap(({ status, attempt }, index) =>
        status === 'running' ? [{ step, index, attempt }] : [],
      ),
    );
  }

  do(act: Act): void {
    switch (act.act) {
      case 'end': {
        const item = this.running[act.pick % Math.max(1, this.running.length)];
        if (item !== undefined) this.tell({ kind: 'itemEnded', ...item, outcome: act.outcome });
        return;
      }
      case 'late': {
        const { attempt } = act;
        const index = act.pick % 3;
        const step = this.#step(act.pick);
        const late = { step, index, attempt };
        const runs = this.running.some((item) => isDeepStrictEqual(item, late));
        if (!runs) this.tell({ kind: 'itemEnded', ...late, outcome: 'failed' });
        return;
      }
      case 'message': {
        const { kind, yes: approve, item } = act;
        const step = this.#step(act.pick);
        const chosen = item !== undefined && { item };
        this.tell(kind === 'approve' ? { kind, step, approve, ...chosen } : { kind, step });
        return;
      }
      case 'holdExpired':
        this.tell({ kind: 'holdExpired', hold: this.reference.run.holds });
        return;
      default:
        this.tell({ kind: act.act });
    }
  }

  #step(at: number): string {
    const steps = Object.keys(this.plan.steps);
    return steps[at % (steps.length + 1)] ?? 'nowhere';
  }

  get hasEnded(): boolean {
    return this.reference.run.outcome !== undefined;
  }

  /** The pipeline and its input as a file, which `PLANNER_CASE=file` plays again. */
  get file(): string {
    return stringify({ plan: this.plan, told: this.told }, { flowCollectionPadding: true });
  }
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

const isRefusable = (event: PlanEvent): event is PipelineMessage =>
  ['pause', 'resume', ...MESSAGES].includes(event.kind);

function differencesOf(real: unknown, expected: unknown, path = ''): string {
  if (isDeepStrictEqual(real, expected)) return '';
  const isBranch = [real, expected].every((it) => typeof it === 'object' && it !== null);
  if (!isBranch || Array.isArray(real))
    return `${path}: planner ${JSON.stringify(real)}, reference ${JSON.stringify(expected)}\n`;
  const [one, other] = [real, expected] as Record<string, unknown>[];
  const names = [...new Set([...Object.keys(one!), ...Object.keys(other!)])];
  return names.map((name) => differencesOf(one![name], other![name], `${path}/${name}`)).join('');
}

/** Plays a case on both planners, each round to its end. */
export function playCase({ plan, rounds }: PlannerCase): PlannerPair {
  const pair = new PlannerPair(plan);
  for (const [round, { acts, ends }] of rounds.entries()) {
    if (round > 0) pair.tell({ kind: 'rerun' });
    for (const act of acts) pair.do(act);
    for (const act of ['resume', 'begin'] as const) pair.do({ act });
    for (let turn = 0; turn < 300 && !pair.hasEnded; turn += 1) {
      if (pair.difference !== undefined) return pair;
      const ending = ends[turn % ends.length] ?? 'succeeded';
      if (pair.running.length > 0) pair.do({ act: 'end', pick: turn, outcome: ending });
      else pair.do({ act: 'holdExpired' });
    }
    if (!pair.hasEnded) pair.difference ??= 'the run never ended';
  }
  return pair;
}

/** Random pipelines, valid and invalid. Their work is counted, not timed. */
import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, vi } from 'vitest';
import type * as Suggest from '../../contract/suggest.js';
import {
  MAX_RUN_STEPS,
  MAX_STEPS,
  MAX_TASK_STEPS,
} from '../../pipeline/expressions/step-budget.js';
import { initialState } from '../../pipeline/planner/step-states.js';
import { checkInSlices } from '../../pipeline/definition/check-pipeline.js';
import { normalisePipeline } from '../../pipeline/definition/normalise-pipeline.js';
import { readInSlices } from '../../pipeline/definition/read-pipeline-yaml.js';
import type { Sliced } from '../../pipeline/definition/sliced.js';
import { PipelineRun } from '../../workflows/pipeline-run/pipeline-run.js';
import { inSoak } from '../support/in-soak.js';

const IN_FOUR_MINUTES = 240_000;

/** Counts of the functions that do the work. */
const counted = vi.hoisted(() => ({ comparisons: 0, tasks: 0, onTaskEnd: (): void => undefined }));

vi.mock('../../contract/suggest.js', async (original) => {
  const { suggestionText, suggest } = await original<typeof Suggest>();
  const count =
    <Value>(find: (name: string, known: readonly string[]) => Value) =>
    (name: string, known: readonly string[]): Value => {
      counted.comparisons += Math.min(known.length, 1_000);
      return find(name, known);
    };
  return { suggestionText: count(suggestionText), suggest: count(suggest) };
});

/** One workflow whose timers and activities end in the next task. */
vi.mock('@temporalio/workflow', async (original) => {
  const nextTask = () => new Promise<void>((resolve) => setImmediate(resolve));
  class CancellationScope {
    static current = (): CancellationScope => new CancellationScope();
    readonly consideredCancelled = false;
    readonly cancelRequested = new Promise<never>(() => undefined);
    readonly run = <Value>(act: () => Promise<Value>): Promise<Value> => act();
    readonly withScope = this.run;
    readonly cancel = (): void => undefined;
  }
  return {
    ...(await original<object>()),
    CancellationScope,
    createEventGroup: () => new CancellationScope(),
    inWorkflowContext: () => true,
    workflowInfo: () => ({ workflowId: 'w', runId: 'r', firstExecutionRunId: 'r' }),
    sleep: async () => {
      counted.onTaskEnd();
      await nextTask();
    },
    condition: async (isMet: () => boolean) => {
      while (!isMet()) {
        counted.onTaskEnd();
        await nextTask();
      }
    },
    proxyActivities: () => ({ load: (input: unknown) => nextTask().then(() => input) }),
  };
});

afterEach(() => {
  delete (globalThis as { __temporalNcloudDataflow?: unknown }).__temporalNcloudDataflow;
});

const aList = fc.letrec<{ readonly list: string }>((tie) => ({
  list: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('params.l', 'params.n'),
    tie('list').map((list) => `${list}.map(a, ${list})`),
    tie('list').map((list) => `${list}.map(a, ${list}.map(b, [a, b]))`),
    tie('list').map((list) => `${list}.filter(b, ${list} != [])`),
    fc.tuple(tie('list'), tie('list')).map(([one, other]) => `(${one} + ${other})`),
  ),
})).list;
const marked = (source: string): string => `\${{ ${source} }}`;
const aSize = aList.map((list) => `size(${list})`);

const aStep = fc.record(
  {
    activity: fc.constant('load'),
    needs: fc.array(fc.nat({ max: 5 }), { maxLength: 3 }),
    when: aSize.map((source) => marked(`${source} != 0`)),
    forEach: fc.oneof(
      fc.array(fc.constant('x'), { minLength: 1, maxLength: 40 }),
      aList.map(marked),
    ),
    with: fc.array(aSize.map(marked), { maxLength: 60 }),
  },
  { requiredKeys: ['activity'] },
);

/** A fault in each step. */
const aFault = fc.oneof(
  fc
    .dictionary(fc.stringMatching(/^[a-z]{3,12}$/), fc.nat(), { minKeys: 1, maxKeys: 30 })
    .map((misspelt) => ({ misspelt })),
  fc
    .array(fc.stringMatching(/^s[0-9]{4}$/), { minLength: 1, maxLength: 200 })
    .map((needs) => ({ needs })),
  fc
    .tuple(
      fc.constantFrom('params', 'params', 'steps', 'item'),
      fc.array(fc.stringMatching(/^[a-z]{1,30}$/), { minLength: 1, maxLength: 1_000, size: 'max' }),
    )
    .map(([root, names]) => ({ names: names.map((name) => `${root}.${name}`) })),
);
interface Fault {
  readonly misspelt?: object;
  readonly needs?: readonly string[];
  readonly names?: readonly string[];
}

const numbers = Array.from({ length: 200 }, (_, nth) => nth);
const aPipeline = fc
  .record({
    steps: fc.array(aStep, { minLength: 1, maxLength: 25 }),
    repeated: fc.constantFrom(1, 1, 1, 4, 40),
    concurrency: fc.constantFrom(1, 10, 500),
    parameters: fc.constantFrom(0, 20, 3_000),
    fault: fc.option<Fault>(aFault, { freq: 2 }),
  })
  .map(({ steps, repeated, concurrency, parameters, fault }) => {
    const { misspelt = {}, needs: unknown = [], names = [] } = fault ?? {};
    const all = Array.from({ length: repeated }, () => steps).flat();
    return {
      ...{ pipeline: 'p', concurrency, onFailure: 'continue' },
      parameters: {
        l: { type: 'list', default: numbers },
        n: { type: 'list', default: [numbers.slice(0, 50), numbers.slice(50, 90)] },
        ...Object.fromEntries(
          Array.from({ length: parameters }, (_, nth) => [
            `parameter${nth}`,
            { type: 'string', default: '' },
          ]),
        ),
      },
      steps: Object.fromEntries(
        all.map(({ needs = [], ...step }, nth) => [
          `s${nth}`,
          {
            ...{ ...step, ...misspelt },
            needs: [
              ...new Set(needs.flatMap((back) => (back < nth ? [`s${nth - 1 - back}`] : []))),
              ...unknown,
            ],
            with: [...(step.with ?? []), ...names.map(marked)],
          },
        ]),
      ),
    };
  });

/** Most comparisons of names in one slice, and in one pipeline. */
const MAX_COMPARISONS_A_SLICE = 220_000;
const MAX_COMPARISONS = 250_000;

/** Result of a check, and the most comparisons of one of its slices. */
function checked<Result>(work: Sliced<Result>): { readonly result: Result; readonly most: number } {
  let most = 0;
  for (;;) {
    const before = counted.comparisons;
    const next = work.next();
    most = Math.max(most, counted.comparisons - before);
    if (next.done === true) return { result: next.value, most };
  }
}

/**
 * Plays the pipeline to its end. Returns the most steps of one task, those of the run, and the number of expressions
 * that it may refuse.
 */
async function played(
  spec: Parameters<typeof normalisePipeline>[0],
  expressionSteps: number,
): Promise<{ readonly most: number; readonly total: number; readonly refusals: number }> {
  const made = normalisePipeline(spec, { resolve: ({ name }) => ({ id: name }) });
  if (!('plan' in made)) throw new Error(made.problems.join());
  const { plan } = made;
  const parameters = Object.fromEntries(
    Object.entries(plan.parameters).map(([name, { default: value }]) => [name, value!]),
  );
  const run = new PipelineRun(
    {
      ...{ version: 1, plan, parameters, key: 'r', state: initialState(plan) },
      ...{ carried: [], expressionSteps },
    },
    'w',
    'w',
  );
  const { meter } = run.surroundings;
  let [most, before] = [0, expressionSteps];
  counted.onTaskEnd = () => {
    most = Math.max(most, meter.steps - before);
    before = meter.steps;
  };
  await run.play();
  counted.onTaskEnd();
  expect(run.state.ended).toBeDefined();
  const items = Object.values(run.state.steps).flatMap((step) => step.items);
  const refusals = items.length + 2 * Object.keys(plan.steps).length;
  return { most, total: meter.steps, refusals };
}

/** Ensures that the cases reach the counted situations. */
const seen = { refused: 0, comparisons: 0, ended: 0, paused: 0, exhausted: 0 };

afterAll(() => {
  for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(0);
});

/**
 * Includes the operation that exceeds the limit: a read of the remaining budget, and the parsing of one expression.
 */
const LAST = MAX_STEPS + 26_000;
/** Steps of an expression that is refused because the steps of the run are used up. */
const OF_A_REFUSAL = 500;

describe('a pipeline, whatever is written in it', () => {
  test.prop([aPipeline, fc.boolean(), fc.constantFrom(300_000, 4_000_000)], {
    numRuns: inSoak(60, 600),
  })(
    'is checked with a bounded number of comparisons (P11), and its expressions take a bounded number of steps in each workflow task and in all (P10)',
    async (pipeline, isText, stepsLeft) => {
      counted.comparisons = 0;
      const work = isText
        ? readInSlices(JSON.stringify(pipeline), 'p.yaml')
        : checkInSlices(pipeline);
      const { result, most } = checked<object>(work);
      expect(most).toBeLessThanOrEqual(MAX_COMPARISONS_A_SLICE);
      expect(counted.comparisons).toBeLessThanOrEqual(MAX_COMPARISONS);
      seen.comparisons += counted.comparisons;
      if (!('spec' in result)) {
        seen.refused += 1;
        return;
      }
      const spec = result.spec as Parameters<typeof normalisePipeline>[0];
      const steps = await played(spec, MAX_RUN_STEPS - stepsLeft);
      seen.ended += 1;
      seen.paused +=
        steps.total > MAX_RUN_STEPS - stepsLeft + MAX_TASK_STEPS + MAX_STEPS + LAST ? 1 : 0;
      seen.exhausted += steps.total > MAX_RUN_STEPS ? 1 : 0;
      expect(steps.most).toBeLessThanOrEqual(MAX_TASK_STEPS + MAX_STEPS + LAST);
      expect(steps.total).toBeLessThanOrEqual(
        MAX_RUN_STEPS + MAX_STEPS + LAST + OF_A_REFUSAL * steps.refusals,
      );
    },
    inSoak(IN_FOUR_MINUTES, 3_600_000),
  );
});

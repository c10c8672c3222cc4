import { describe, expect, it } from 'vitest';
import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { evaluate } from '../../../pipeline/expressions/evaluate.js';
import { MAX_STEPS, StepBudget, StepMeter } from '../../../pipeline/expressions/step-budget.js';
import { checkInSlices, checkPipeline } from '../../../pipeline/definition/check-pipeline.js';
import { problemsOfYaml } from './written-pipelines.js';

const named = (count: number, step: (nth: number) => object): object => ({
  pipeline: 'p',
  parameters: { d: { type: 'string' } },
  steps: Object.fromEntries(Array.from({ length: count }, (_, nth) => [`step-${nth}`, step(nth)])),
});
const slicesOf = (pipeline: object): number => {
  const work = checkInSlices(pipeline);
  let slices = 0;
  while (work.next().done !== true) slices += 1;
  return slices;
};

describe('a check of a pipeline is bounded (P11)', () => {
  it('tells 200 problems at most, and what was meant for the first of them', () => {
    const unknown = Array.from({ length: 5 }, (_, nth) => `stepp-${nth}00`);
    const checked = checkPipeline(named(1_000, () => ({ job: 'x', needs: unknown })));
    const problems = 'problems' in checked ? checked.problems : [];
    expect(problems.length).toBeGreaterThanOrEqual(200);
    expect(problems.length).toBeLessThan(220);
    expect(problems[0]?.message).toMatch(/did you mean step-/);
    expect(problems.filter(({ message }) => message.includes('did you mean')).length).toBeLessThan(
      30,
    );
  });

  it('goes on in slices: at least one for each step and each place with expressions', () => {
    const chain = named(300, (nth) => ({
      ...{ job: 'x', needs: nth === 0 ? [] : [`step-${nth - 1}`] },
      parameters: { a: '${{ params.d }}', b: '${{ params.d }}' },
    }));
    expect('spec' in checkPipeline(chain)).toBe(true);
    expect(slicesOf(chain)).toBeGreaterThan(900);
  });

  it('looks no further than 200 problems, also within one value', () => {
    const many = named(1, () => ({
      ...{ activity: 'x' },
      with: Array.from({ length: 5_000 }, (_, nth) => `\${{ params.unknown${nth} }}`),
    }));
    expect('problems' in checkPipeline(many)).toBe(true);
    expect(slicesOf(many)).toBeLessThan(250);
  });

  it('looks at one text of a value after the other', () => {
    const large = named(1, () => ({ activity: 'x', with: Array(1_000).fill('${{ params.d }}') }));
    expect('spec' in checkPipeline(large)).toBe(true);
    expect(slicesOf(large)).toBeGreaterThan(1_000);
  });
});

const anExpression = fc.letrec<{ readonly list: string; readonly text: string }>((tie) => ({
  list: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('params.l', 'params.n'),
    tie('list').map((list) => `${list}.map(a, ${list})`),
    tie('list').map((list) => `${list}.filter(b, ${list} != [])`),
    fc.tuple(tie('list'), tie('list')).map(([one, other]) => `(${one} + ${other})`),
  ),
  text: tie('list').map((list) => `size(${list})`),
}));

test.prop([fc.array(anExpression.text, { minLength: 1, maxLength: 20 })], { numRuns: 60 })(
  'expressions of one item never take more steps than their budget, whatever they are (P10)',
  (sources) => {
    const meter = new StepMeter();
    const numbers = Array.from({ length: 300 }, (_, nth) => nth);
    const values = {
      params: { l: numbers, n: [numbers.slice(0, 50), numbers.slice(50, 90)] },
      ...{ steps: {}, run: { id: 'w', key: 'k' }, budget: new StepBudget(meter) },
    };
    for (const source of sources) {
      try {
        evaluate(source, values);
      } catch {
        // refused: that is counted, too
      }
    }
    // What breaks the limit is counted: a read of what is left of the budget, or the parsing of one expression.
    expect(meter.steps).toBeLessThanOrEqual(2 * MAX_STEPS + sources.length * 26_000);
  },
);

describe('one value is one expression (P5)', () => {
  it.each([
    ['when: "${{ params.d == \'a\' }} && ${{ true }}"', 'true or false'],
    ["numWorker: '${{ 2 }}${{ 0 }}'", 'a number'],
    ["forEach: '${{ [1] }} ${{ [2] }}'", 'a list'],
  ])('%s', (line, what) => {
    const text = `pipeline: p\nparameters: { d: { type: string } }\nsteps:\n  a:\n    job: x\n    ${line}\n`;
    expect(problemsOfYaml(text)).toEqual([
      expect.stringMatching(new RegExp(`^6:\\d+: .*must be one expression that gives ${what}`)),
    ]);
  });
});

describe('what was written wrong is told once and clearly (P8, P13)', () => {
  it.each([
    [
      'an expression without quotes',
      'steps:\n  a: { job: x, parameters: { d: ${{ params.d }} } }',
      /^3:\d+: an expression must be in quotes/,
    ],
    [
      'a second document',
      'steps: { a: { job: x } }\n---\npipeline: b',
      /^3:1: a second document begins here/,
    ],
    [
      'a no-break space',
      'steps:\n\u00a0\u00a0a: { job: x }',
      /^3:1: the line must be indented with spaces/,
    ],
    [
      'an integer beyond 2^53',
      'parameters: { n: { type: number, default: 9007199254740993 } }\nsteps: { a: { job: x } }',
      /must be an integer below 2\^53/,
    ],
  ])('%s', (_, text, message) => {
    expect(problemsOfYaml(`pipeline: p\n${text}\n`)).toEqual([expect.stringMatching(message)]);
  });
});

import { describe, expect, it } from 'vitest';
import { checkPipeline } from '../../../pipeline/definition/check-pipeline.js';
import { problemsOfYaml } from './written-pipelines.js';

const head = 'pipeline: p\nsteps:\n  a: { job: x }\n';
const bomb = Array.from(
  { length: 9 },
  (_, level) => `b${level + 1}: &b${level + 1} [${Array(9).fill(`*b${level}`).join(', ')}]`,
).join('\n');
const onlyProblem = (value: unknown): string => {
  const checked = checkPipeline(value);
  return 'problems' in checked ? (checked.problems[0]?.message ?? '') : 'taken';
};
const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
};

describe('a hostile file', () => {
  it.each([
    [
      '10 MB',
      `${head}#${'x'.repeat(10_000_000)}`,
      '1:1: has 10.0 million characters, at most 1 million',
    ],
    ['an alias bomb', `b0: &b0 [x]\n${bomb}\n`, '1:1: aliases repeat too much of the file'],
    ['many anchors', '- &a x\n'.repeat(101), '101:3: has more than 100 anchors and aliases'],
    ['10000 lists in each other', '['.repeat(10_000), '1:51: is nested deeper than 50'],
    ['10000 maps in each other', '{a: '.repeat(10_000), '1:201: is nested deeper than 50'],
    ['10000 items in each other', '- '.repeat(10_000), '1:153: is nested deeper than 50'],
    ['10000 keys in each other', '? '.repeat(10_000), '1:153: is nested deeper than 50'],
    [
      'blocks that go to the right for ever',
      Array.from({ length: 1_000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
      '152:1: is nested deeper than 50',
    ],
    ['60 lists and maps in turn', `a:\n${'- '.repeat(10)}${'[{b: '.repeat(26)}`, /nested deeper/],
    [
      'more values than any pipeline',
      '- 1\n'.repeat(60_000),
      /has too many values for a pipeline$/,
    ],
    ['more tokens than any pipeline', 'a,'.repeat(400_000), /./],
    ['an alias to itself', 'pipeline: &p [*p]\n', /nested deeper|aliases/],
  ])('of %s is refused before it is read closely', (_, text, message) => {
    const [problem = ''] = problemsOfYaml(text);
    if (typeof message === 'string') expect(problem).toBe(message);
    else expect(problem).toMatch(message);
  });

  it('with 60000 different names is refused without a quadratic search', () => {
    const text = Array.from({ length: 60_000 }, (_, place) => `k${place}: 1`).join('\n');
    expect(problemsOfYaml(text)).toEqual([
      expect.stringMatching(/has too many values for a pipeline$/),
    ]);
  });

  it('tells fifty problems and counts the rest', () => {
    const steps = Array.from({ length: 60 }, (_, place) => `  s${place}: { job: 5 }`).join('\n');
    const problems = problemsOfYaml(`pipeline: p\nsteps:\n${steps}\n`);
    expect(problems).toHaveLength(51);
    expect(problems.at(-1)).toBe(' and 10 more');
  });
});

describe('a hostile value', () => {
  it.each([
    ['10000 lists in each other', nested(10_000), 'is nested deeper than 50'],
    ['60000 values', Array(60_000).fill(1), 'has more than 50000 values'],
    ['a function', { pipeline: () => 'p' }, 'a function is not JSON'],
    ['a date', { pipeline: new Date(0) }, 'a object is not JSON'],
    ['a big integer', { concurrency: 4n }, 'a bigint is not JSON'],
    ['NaN', { concurrency: NaN }, 'NaN is not a valid JSON number'],
    [
      '1e300',
      { concurrency: 1e300 },
      'must be an integer below 2^53 to be kept exactly; write it as a string, in quotes',
    ],
    [
      '__proto__',
      JSON.parse('{"__proto__": {"x": 1}}'),
      'must be another name: this one is reserved',
    ],
    ['constructor', { steps: { constructor: {} } }, 'must be another name: this one is reserved'],
    ['prototype', { steps: { prototype: {} } }, 'must be another name: this one is reserved'],
    ['nothing', undefined, 'a undefined is not JSON'],
  ])('with %s is refused', (_, value, message) => {
    expect(onlyProblem(value)).toBe(message);
  });

  it('that contains itself is refused', () => {
    const value: Record<string, unknown> = { pipeline: 'p' };
    value['steps'] = value;
    expect(onlyProblem(value)).toBe('is nested deeper than 50');
  });

  it('leaves the prototype of objects alone', () => {
    onlyProblem(JSON.parse('{"pipeline": "p", "steps": {"__proto__": {"polluted": true}}}'));
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});

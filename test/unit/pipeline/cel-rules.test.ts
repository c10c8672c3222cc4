import { describe, expect, it } from 'vitest';
import { checkExpression } from '../../../pipeline/expressions/check-expression.js';
import { evaluate } from '../../../pipeline/expressions/evaluate.js';
import { evaluateTemplate } from '../../../pipeline/expressions/evaluate-template.js';
import { ExpressionError } from '../../../pipeline/expressions/expression-error.js';
import type { ExpressionScope, ExpressionValues } from '../../../pipeline/expressions/scope.js';
import { SKIPPED } from '../../../pipeline/expressions/scope.js';

const OUTPUT: unknown = JSON.parse(
  '{"constructor": {"toString": 7}, "toString": "own", "__proto__": 3}',
);
const SUCCEEDED = { ...SKIPPED, status: 'succeeded' } as const;
const VALUES: ExpressionValues = {
  params: { face: '😀가', mixed: [1, 2.5], p: 'C:\\', full: true, toString: 'a', large: 2 ** 53 },
  steps: {
    toString: { ...SUCCEEDED, output: OUTPUT },
    large: { ...SKIPPED, output: { rows: [2 ** 53] } },
  },
  run: { id: 'w', key: 'k' },
};
const SCOPE: ExpressionScope = {
  parameters: {
    face: 'string',
    mixed: 'list',
    p: 'string',
    full: 'boolean',
    toString: 'string' as const,
  },
  steps: ['toString', 'in'],
  upstream: ['toString'],
  inForEach: false,
};
const whyNot = (source: string): string => {
  try {
    return `gave ${JSON.stringify(evaluate(source, VALUES))}`;
  } catch (error) {
    return error instanceof ExpressionError ? error.message : `threw ${String(error)}`;
  }
};

describe('an expression follows the rules of CEL (P12)', () => {
  it.each<[string, unknown]>([
    ['int("+5")', 5],
    ['double("1e3")', 1000],
    ['params.face.substring(0, 1)', '😀'],
    ['params.face.substring(1)', '가'],
    ['params.face.indexOf("가")', 1],
    ['params.face.indexOf("가", 1)', 1],
    ['params.face.lastIndexOf("가")', 1],
    ['params.face.split("")', ['😀', '가']],
    ['"a-b-c".split("-", 2)', ['a', 'b-c']],
    ['"ÉA".lowerAscii()', 'Éa'],
    ['1 in [1.0]', true],
    ['1.0 in params.mixed', true],
    ['[[1]] == [[1.0]]', true],
    ['{"a": 1} == {"a": 1.0}', true],
    ['9007199254740993 == 9007199254740992.0', false],
    ['1 in {1: 2}', true],
  ])('%s', (source, value) => {
    expect(evaluate(source, VALUES)).toEqual(value);
    expect(checkExpression(source, SCOPE).problems).toEqual([]);
  });

  it.each([
    ['int("")', 'int(): "" is not a 64-bit integer'],
    ['int("0b1")', 'int(): "0b1" is not a 64-bit integer'],
    ['double("0x10")', 'double(): "0x10" is not a number'],
    ['params.face.substring(3)', 'substring(): 3 is not a position in a string of 2 characters'],
    ['int(true)', 'types do not fit: int(bool)'],
  ])('%s has no value', (source, message) => {
    expect(whyNot(source)).toBe(message);
  });
});

describe('the lexical rules of CEL hold inside ${{ }} (P8)', () => {
  it.each<[string, unknown]>([
    ["${{\n// it's only for full runs }} here too\nparams.full\n}}", true],
    ['${{ params.p == r"C:\\" }}', true],
    ["${{ R'''a\\'b\\''' + r\"\" }}", "a\\'b\\"],
    ['${{ "}}" + r"}}\\" }}', '}}}}\\'],
    ['${{ {"a": {"b": 1}} }}', { a: { b: 1 } }],
  ])('%s', (text, value) => {
    expect(evaluateTemplate(text, VALUES)).toEqual(value);
  });
});

describe('names are looked up as own properties (P6, P20)', () => {
  it.each<[string, unknown]>([
    ['params.toString', 'a'],
    ['steps.toString.status', 'succeeded'],
    ['steps.toString.output.constructor.toString', 7],
    ['steps.toString.output.toString', 'own'],
    ['has(steps.toString.output.valueOf)', false],
    ['{"constructor": 1}.constructor', 1],
    ['"hasOwnProperty" in steps.toString.output', false],
  ])('%s', (source, value) => {
    expect(evaluate(source, VALUES)).toEqual(value);
  });

  it('a name that every object inherits is unknown', () => {
    expect(checkExpression('params.hasOwnProperty', SCOPE).problems).toHaveLength(1);
    expect(checkExpression('steps.constructor.status', SCOPE).problems).toHaveLength(1);
  });

  it('an output with such names comes out as it went in', () => {
    expect(JSON.stringify(evaluate('steps.toString.output', VALUES))).toBe(JSON.stringify(OUTPUT));
  });
});

it('integers beyond 2^53 are refused where they are read (P7)', () => {
  expect(whyNot('string(params.large)')).toMatch(/9007199254740992, an integer beyond 2\^53/);
  expect(whyNot('steps.large.output.rows[0] > 1')).toMatch(/an integer beyond 2\^53/);
});

it('a name that is a word of CEL says how to write it (P13)', () => {
  expect(checkExpression('steps.in.status', SCOPE).problems).toEqual([
    { message: 'in is a word of CEL itself: write ["in"], not .in', range: { start: 6, end: 8 } },
  ]);
});

import { test } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkExpression } from '../../../pipeline/expressions/check-expression.js';
import { evaluate } from '../../../pipeline/expressions/evaluate.js';
import {
  evaluateCondition,
  evaluateList,
  evaluateTemplate,
  evaluateText,
} from '../../../pipeline/expressions/evaluate-template.js';
import { ExpressionError } from '../../../pipeline/expressions/expression-error.js';
import { SKIPPED, type ExpressionValues } from '../../../pipeline/expressions/scope.js';

const MANY = Array.from({ length: 10_000 }, (_, place) => place);
const VALUES: ExpressionValues = {
  params: { n: 3, half: 2.5, date: '2026-11-21', full: true, regions: ['KR', 'JP'], many: MANY },
  steps: {
    extract: {
      ...{ status: 'succeeded', total: 2, succeeded: 2, failed: 0, canceled: 0, skipped: 0 },
      ...{ executionId: 'e1', output: { rows: 7 }, outputs: [{ rows: 7 }, { rows: 8.5 }] },
    },
    'load-kr': SKIPPED,
  },
  run: { id: 'nightly', key: 'k1' },
  item: 'KR',
  index: 0,
};
const whyNot = (source: string): string => {
  try {
    return `gave ${JSON.stringify(evaluate(source, VALUES))}`;
  } catch (error) {
    return error instanceof ExpressionError ? error.message : `threw ${String(error)}`;
  }
};

describe('evaluate', () => {
  it.each<[string, unknown]>([
    ['params.n + 1', 4],
    ['params.n + params.half', 5.5],
    ['params.half * 2', 5],
    ['params.n / 2', 1],
    ['params.n == 3.0', true],
    ['params.half != 2', true],
    ['params.date.startsWith("2026")', true],
    ['params.regions.join(", ")', 'KR, JP'],
    ['params.regions.map(r, r.lowerAscii() + "-" + item)', ['kr-KR', 'jp-KR']],
    ['params.regions.filter(r, r in ["KR"])', ['KR']],
    ['steps.extract.outputs.map(o, o.rows)', [7, 8.5]],
    ['steps.extract.succeeded == size(params.regions)', true],
    ['steps.extract.status == "succeeded" ? "go" : "wait"', 'go'],
    ['steps["load-kr"].status', 'skipped'],
    ['has(steps.extract.output.rows)', true],
    ['has(steps.extract.output.lines)', false],
    ['{"a": {"b": [1, 2.5, null]}}', { a: { b: [1, 2.5, null] } }],
    ['"}}"', '}}'],
    ['run.id + "/" + string(index)', 'nightly/0'],
    ['{"__proto__": 1}', JSON.parse('{"__proto__": 1}')],
  ])('gives the value of %s as JSON', (source, value) => {
    expect(evaluate(source, VALUES)).toEqual(value);
  });

  it.each([
    ['params.none', 'No such key: none'],
    ['steps.nowhere.status', 'No such key: nowhere'],
    ['1 / 0', 'division by zero'],
    ['double("nan")', 'double(): "nan" is not a number'],
    ['9223372036854775807', 'gives or reads 9223372036854775807, too large to be kept exactly'],
    ['params.date + 1', 'types do not fit: string + int'],
    ['item.constructor', 'No such key: constructor'],
    ['steps.extract.output.constructor', 'No such key: constructor'],
    ['globalThis', 'Unknown variable: globalThis'],
    ['"a".matches("^(a+)+$")', expect.stringContaining('the time of a pattern has no bound')],
    ['cel.bind(x, 1, x)', expect.stringContaining('bind()')],
    ['params.many.map(a, params.many.map(b, a * b))', 'takes more than 100000 steps'],
    ['params.many.exists(a, params.many.exists(b, a * b < 0))', 'takes more than 100000 steps'],
    ['params.many.all(a, params.many.all(b, true))', 'takes more than 100000 steps'],
    ['params.many.all(a, a in params.many)', 'takes more than 100000 steps'],
    ['params.many + [1]', 'gives or reads a list of 10001 items, at most 10000'],
    ['(('.repeat(20), 'is nested deeper than 32'],
    [`"${'a'.repeat(2_000)}"`, 'has 2002 characters, at most 2000'],
    ['', 'is empty'],
  ])('refuses %s', (source, message) => {
    expect(whyNot(source)).toEqual(message);
  });

  it('refuses what doubles itself by nesting', () => {
    const doubled = `.map(a, a${' + a'.repeat(30)})`.repeat(6);
    expect(whyNot(`["aa"]${doubled}`)).toBe('takes more than 100000 steps');
    const listed = '.map(a, [a, a, a, a, a, a, a, a])'.repeat(8);
    expect(whyNot(`[[1]]${listed}`)).toMatch(/more than/);
  });

  it.each([
    ['a list of more than 10000 items', Array.from({ length: 10_001 }, () => 1)],
    ['more than a million characters', 'x'.repeat(1_000_001)],
    ['more than 100000 values', Array.from({ length: 20 }, () => MANY)],
  ])('refuses to read %s', (_, item) => {
    expect(() => evaluate('item == 1', { ...VALUES, item })).toThrow(ExpressionError);
  });

  it('says where in the source, and clips the source', () => {
    const source = `params.n + params.nothing + ${'1 + '.repeat(60)}1`;
    try {
      evaluate(source, VALUES);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ name: 'ExpressionError', range: { start: 18, end: 25 } });
      expect((error as ExpressionError).source).toHaveLength(200);
    }
  });

  const scraps = fc.constantFrom(
    ...['params', 'steps', 'item', '.', '[', ']', '(', ')', '+', '-', '==', '?', ':', '&&', '!'],
    ...['"', "'", '\\', '{', '}', '1', '2.5', 'x', 'map', 'exists', ',', 'null', 'b"', 'matches'],
    ...['extract', 'output', '__proto__', 'constructor', ' ', '//', '\n', '9'.repeat(30), 'u'],
  );
  test.prop([
    fc.oneof(
      fc.string(),
      fc.array(scraps, { maxLength: 25 }).map((all) => all.join('')),
    ),
  ])('gives JSON or throws an ExpressionError, whatever is written', (source) => {
    try {
      const value = evaluate(source, VALUES);
      expect(JSON.parse(JSON.stringify(value))).toEqual(value);
    } catch (error) {
      expect(error).toBeInstanceOf(ExpressionError);
      const { range } = error as ExpressionError;
      expect(range.start).toBeLessThanOrEqual(range.end);
    }
    const scope = { parameters: {}, upstream: [], steps: [], inForEach: true };
    expect(Array.isArray(checkExpression(source, scope).problems)).toBe(true);
  });
});

describe('a template', () => {
  it.each<[unknown, unknown]>([
    ['${{ params.n }}', 3],
    [' ${{ params.regions }} ', ['KR', 'JP']],
    ['n=${{ params.n }}, ${{ params.full }}', 'n=3, true'],
    ['$${{ params.n }}', '${{ params.n }}'],
    ['a $${{ b ${{ params.n }}', 'a ${{ b 3'],
    ['${{ {"a": {"b": 1}} }}', { a: { b: 1 } }],
    ['${{ "}}" }}!', '}}!'],
    ['costs $5 {x} }}', 'costs $5 {x} }}'],
    [{ a: ['${{ item }}', 1, null, true] }, { a: ['KR', 1, null, true] }],
  ])('of %j gives %j', (template, value) => {
    expect(evaluateTemplate(template as string, VALUES)).toEqual(value);
  });

  it('keeps the type of a whole expression, and becomes text around one', () => {
    expect(() => evaluateTemplate('r=${{ params.regions }}', VALUES)).toThrow(
      'gives a list, which cannot be part of a string',
    );
    expect(() => evaluateText('${{ params.n }}', VALUES)).toThrow(
      'gives the number 3, not a string; use string(…)',
    );
    expect(evaluateText('${{ string(params.n) }}', VALUES)).toBe('3');
  });

  it('that must be a condition or a list is refused as anything else', () => {
    expect(evaluateCondition('params.full', VALUES)).toBe(true);
    expect(evaluateList('params.regions', VALUES)).toEqual(['KR', 'JP']);
    expect(() => evaluateCondition('params.date', VALUES)).toThrow('gives a string, not true or');
    expect(() => evaluateList('params.date', VALUES)).toThrow('gives a string, not a list');
    expect(() => evaluateList('[{"a": 1}]', VALUES)).toThrow('item 0 is an object, not a string');
  });

  test.prop([fc.jsonValue()])('without expressions is what it was', (value) => {
    fc.pre(!JSON.stringify(value).includes('${{'));
    expect(evaluateTemplate(value as string, VALUES)).toEqual(value);
  });

  test.prop([fc.string()])('of an escaped text gives that text', (text) => {
    const escaped = text.replaceAll(/\$+\{\{/g, (marks) => `$${marks}`);
    fc.pre(!/\$\$\{\{/.test(text));
    expect(evaluateTemplate(escaped, VALUES)).toBe(text);
  });
});

import { describe, expect, it } from 'vitest';
import type {
  ParameterRule,
  ParameterType,
  ParameterValue,
} from '../../../../contract/pipeline.js';
import { argumentValues, misfitOf, roundedWithin } from '../../../../pipeline/planner/arguments.js';

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
const MISFIT: Readonly<Record<ParameterType, string>> = {
  string: 'must be a string: the parameter is a string',
  number: 'must be a number: the parameter is a number',
  boolean: 'must be true or false: the parameter is a boolean',
  list: 'must be a list of strings, numbers, booleans and lists: the parameter is a list',
};

describe('misfitOf', () => {
  it.each<[ParameterType, unknown[], unknown[]]>([
    ['string', ['', 'a'], [1, true, [], null, undefined]],
    ['number', [0, 1.5, -1], ['1', true, [1], null]],
    ['boolean', [true, false], ['true', 1, null]],
    [
      'list',
      [[], [1, 'a', true, [2]], Array<number>(10_000).fill(1), nested(50)],
      ['a', {}, [null], [{}], [[undefined]], Array<number>(10_001).fill(1), nested(51)],
    ],
  ])('knows what fits a %s', (type, fitting, others) => {
    expect(fitting.map((value) => misfitOf(value, { type }))).toEqual(fitting.map(() => undefined));
    expect(others.map((value) => misfitOf(value, { type }))).toEqual(
      others.map(() => MISFIT[type]),
    );
  });

  it.each<[ParameterRule, ParameterValue[], [ParameterValue, string][]]>([
    [{ type: 'string', enum: ['KR', 'JP'] }, ['KR', 'JP'], [['kr', 'must be one of KR, JP']]],
    [
      { type: 'string', pattern: '^\\d{4}-\\d{2}$' },
      ['2026-11'],
      [
        ['x2026-11', 'must match ^\\d{4}-\\d{2}$'],
        ['1'.repeat(1_001), 'must have at most 1000 characters: it must match ^\\d{4}-\\d{2}$'],
      ],
    ],
    [{ type: 'string', pattern: 'b' }, ['abc'], [['ac', 'must match b']]],
    [{ type: 'number', min: 2 }, [2, 1e9], [[1.9, 'must be at least 2']]],
    [{ type: 'number', max: 2 }, [-5, 2], [[3, 'must be at most 2']]],
    [{ type: 'number', min: 0, max: 2 }, [0, 2], [[-1, 'must be from 0 to 2']]],
    [
      { type: 'list', pattern: '^s' },
      [[], ['s1', 's2']],
      [
        [['s1', 't'], 'item 2 must match ^s'],
        [[1], 'item 1 must be a string: it must match ^s'],
      ],
    ],
  ])('keeps the rules of %j', (rule, fitting, others) => {
    expect(fitting.map((value) => misfitOf(value, rule))).toEqual(fitting.map(() => undefined));
    for (const [value, message] of others) expect(misfitOf(value, rule)).toBe(message);
  });

  it('takes a pattern whose time would have no bound elsewhere', () => {
    const rule = { type: 'string', pattern: '^(a+)+$' } as const;
    expect(misfitOf(`${'a'.repeat(999)}!`, rule)).toBe('must match ^(a+)+$');
  });

  it.each<[ParameterType, ParameterValue]>([
    ['number', 2 ** 53],
    ['list', [[1, 2 ** 53]]],
  ])('says of an integer in a %s that parsing has rounded it', (type, value) => {
    expect(misfitOf(value, { type })).toBe(
      'must be an integer below 2^53: 9007199254740992 cannot be kept exactly; make the parameter a string',
    );
  });
});

it.each([
  [2 ** 53 - 1, undefined],
  [-(2 ** 53), -(2 ** 53)],
  [0.5, undefined],
  [Infinity, Infinity],
  [{ a: [{ b: 1e300 }] }, 1e300],
  ['9007199254740993', undefined],
  [null, undefined],
])('roundedWithin finds in %j: %s', (value, found) => {
  expect(roundedWithin(value)).toBe(found);
});

describe('argumentValues', () => {
  const declared = {
    day: { type: 'string' },
    size: { type: 'number', default: 4 },
  } as const;

  it('are the given values, else the defaults', () => {
    expect(argumentValues({ day: 'x' }, declared)).toEqual({ values: { day: 'x', size: 4 } });
    expect(argumentValues({ day: 'x', size: 0 }, declared)).toEqual({
      values: { day: 'x', size: 0 },
    });
  });

  it('reports every problem with its name', () => {
    expect(argumentValues({ size: 'big', dya: 'x' }, declared)).toEqual({
      problems: [
        'dya: unknown parameter',
        'day: must have a value of type string: it has no default',
        `size: ${MISFIT.number}`,
      ],
    });
    expect(argumentValues({ x: 1 }, {}, (name) => `no ${name}`)).toEqual({ problems: ['x: no x'] });
  });
});

import { describe, expect, it } from 'vitest';
import type { Duration } from '../../../contract/durations.js';
import {
  type Options,
  problemsOf,
  problemTexts,
  type Rule,
  type Shape,
  valueOfText,
  withDefaults,
} from '../../../contract/validate.js';

interface Example {
  readonly id: string;
  readonly limit?: Duration;
  readonly mode?: 'slow' | 'fast';
  readonly names?: readonly string[];
}
const CHOICES = { slow: 'saves calls', fast: 'sees ends early' } as const;
const EXAMPLE = {
  id: { kind: 'string', maxLength: 3 },
  limit: { kind: 'duration', unset: 'none' },
  mode: { kind: 'choice', choices: CHOICES, default: 'slow' },
  names: { kind: 'list', of: { kind: 'string' }, unset: 'none' },
} as const satisfies Shape<Example>;
const RULE: Rule = { kind: 'object', options: EXAMPLE, example: "{ id: 'a' }" };
const textsOf = (rule: Rule, value: unknown) => problemTexts(problemsOf(rule, value), 'request');

describe('problemsOf', () => {
  it('finds nothing wrong with what fits, defaults left out or undefined', () => {
    expect(textsOf(RULE, { id: 'a' })).toEqual([]);
    expect(textsOf(RULE, { id: 'a', limit: '2h', mode: undefined, names: ['b'] })).toEqual([]);
  });

  it('tells all problems at once, each with its place and what must be there', () => {
    const value = { id: 'long', limit: 'soon', mode: 'toString', names: ['a', 1], modes: 1 };
    expect(textsOf(RULE, value)).toEqual([
      'modes: unknown property; did you mean mode?',
      'id: must be a string that is not empty, at most 3 characters; this one has 4',
      'limit: must be a duration: ms, or a string such as 90s or 2h 30m; got "soon"',
      'mode: must be one of slow, fast',
      'names[1]: must be a string that is not empty',
    ]);
    expect(textsOf(RULE, [])).toEqual(["request: must be an object, e.g. { id: 'a' }"]);
  });

  it('takes no value from what every object inherits, and no such name for a known one', () => {
    expect(textsOf(RULE, JSON.parse('{"id": "a", "__proto__": {}, "toString": 1}'))).toEqual([
      expect.stringMatching(/^__proto__: unknown property/),
      expect.stringMatching(/^toString: unknown property/),
    ]);
  });

  it.each<[Rule, unknown, boolean]>([
    [{ kind: 'integer', min: 2, max: 10 }, 2, true],
    [{ kind: 'integer', min: 2, max: 10 }, 11, false],
    [{ kind: 'integer', min: 2 }, 2.5, false],
    [{ kind: 'integer' }, '2', false],
    [{ kind: 'number', min: 1 }, 1.5, true],
    [{ kind: 'number' }, NaN, false],
    [{ kind: 'boolean' }, 'true', false],
    [{ kind: 'string' }, '', false],
    [{ kind: 'string', mayBeEmpty: true }, '', true],
    [{ kind: 'list', of: { kind: 'boolean' }, minLength: 1 }, [], false],
    [{ kind: 'map', of: { kind: 'string' } }, { a: 'b' }, true],
    [{ kind: 'map', of: { kind: 'string' } }, { a: 1 }, false],
  ])('by %j: %j is taken: %s', (rule, value, isTaken) => {
    expect(problemsOf(rule, value).length === 0).toBe(isTaken);
  });

  it('tells one problem of an object of ours, and lets what a newer version adds through', () => {
    const state: Rule = { ...RULE, isOpen: true, must: 'must be the result of state()' };
    expect(textsOf(state, { id: 'a', newer: 1 })).toEqual([]);
    expect(textsOf(state, { id: 1, limit: 'soon' })).toEqual([
      expect.stringMatching(/^request: must be the result of state\(\) \(id: must be a string/),
    ]);
  });
});

describe('an unknown property where a key may stand by mistake', () => {
  const rule: Rule = { ...RULE, hidesNames: true };

  it.each([
    ['modes', 'modes: unknown property; did you mean mode?'],
    ['other', 'other: unknown property; known are id, limit, mode, names'],
    ['AKEY0123', '(name not shown): unknown property; known are id, limit, mode, names'],
    ['sKEY0123', '(name not shown): unknown property; known are id, limit, mode, names'],
    ['a'.repeat(40), '(name not shown): unknown property; known are id, limit, mode, names'],
  ])('%s is shown only if it has the form of an option', (name, text) => {
    expect(textsOf(rule, { id: 'a', [name]: 1 })).toEqual([text]);
  });
});

describe('withDefaults', () => {
  it('adds the defaults of what is left out or undefined, and nothing where there is none', () => {
    const given: Example = { id: 'a', names: ['b'] };
    expect(withDefaults(EXAMPLE, given)).toEqual({ id: 'a', mode: 'slow', names: ['b'] });
    const unset = { ...given, mode: undefined } as unknown as Example;
    expect(withDefaults(EXAMPLE, unset).mode).toBe('slow');
    expect(withDefaults(EXAMPLE, { ...given, mode: 'fast' }).mode).toBe('fast');
  });
});

describe('valueOfText', () => {
  it.each<[Rule['kind'], string, unknown]>([
    ['string', ' 7 ', ' 7 '],
    ['integer', ' 7 ', 7],
    ['number', '1.5', 1.5],
    ['integer', ' ', ' '],
    ['integer', 'soon', 'soon'],
    ['boolean', 'TRUE', true],
    ['boolean', '0', false],
    ['boolean', 'perhaps', 'perhaps'],
    ['boolean', 'toString', 'toString'],
    ['object', '{"a":1}', { a: 1 }],
    ['object', '{', '{'],
  ])('reads as %s the text %j as %j', (kind, text, value) => {
    expect(valueOfText({ kind } as Rule, text)).toEqual(value);
  });
});

/** What does not compile: the types are the test, so the compiler runs it. */
describe('a table of an interface', () => {
  it('has each of its properties, no other, each of its type, with all choices and a default', () => {
    const { id, limit, mode, names } = EXAMPLE;
    const tables = [
      // @ts-expect-error: names is missing
      { id, limit, mode } satisfies Shape<Example>,
      // @ts-expect-error: the interface has no option more
      { id, limit, mode, names, more: limit } satisfies Shape<Example>,
      // @ts-expect-error: limit is no number of its own
      { id, limit: { kind: 'integer', unset: 'none' }, mode, names } satisfies Shape<Example>,
      // @ts-expect-error: a choice is missing
      { kind: 'choice', choices: { slow: '' }, default: 'slow' } satisfies Shape<Example>['mode'],
      // @ts-expect-error: nothing says what holds without it
      { kind: 'duration' } satisfies Shape<Example>['limit'],
      // @ts-expect-error: readers are not told what it means
      { kind: 'duration', unset: 'none' } satisfies Options<Example>['limit'],
    ];
    expect(tables).toHaveLength(6);
  });
});

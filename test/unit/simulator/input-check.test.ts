import { describe, expect, it } from 'vitest';
import { checkFaults, checkScript, checkSwitches } from '../../../simulator/input-check.js';
import { DEFAULT_SWITCHES } from '../../../simulator/switches.js';

describe('checkSwitches', () => {
  it('knows every switch', () => {
    expect(checkSwitches(DEFAULT_SWITCHES)).toEqual(DEFAULT_SWITCHES);
  });

  it('names all problems at once', () => {
    expect(() => checkSwitches({ count: 'odd', foo: 1 })).toThrow(
      /count: .*; foo: unknown property/,
    );
  });
});

describe('checkFaults', () => {
  it.each([
    { then: { status: 429, headers: { 'retry-after': '3' }, body: 'slow down', handled: true } },
    { then: { delayMs: 10, at: 'answer', then: { drop: 'after' } } },
    { then: { garbage: true } },
    { then: { cut: true } },
  ])('takes $then', ({ then }) => {
    expect(checkFaults([{ on: '*', then }])).toEqual([{ on: '*', then }]);
  });

  it.each([null, 'drop', { delayMs: 1, then: { delayMs: 1 } }, { status: 42 }])(
    'refuses %o',
    (then) => {
      expect(() => checkFaults([{ on: '*', then }])).toThrow('[0].then');
    },
  );
});

describe('checkScript', () => {
  it('leaves the options that are no part of a script aside', () => {
    expect(checkScript({ port: 1, accessKey: 'a', secretKey: 'b', seed: 3 })).toEqual({ seed: 3 });
  });

  it('refuses a time scale of 0', () => {
    expect(() => checkScript({ timeScale: 0 })).toThrow('timeScale');
  });
});

import { describe, expect, it } from 'vitest';
import { readGivenParameters } from '../../../../cli/pipeline/given-parameters.js';

const DECLARED = {
  date: { type: 'string' },
  size: { type: 'number' },
  full: { type: 'boolean' },
  regions: { type: 'list' },
} as const;
const read = (...given: string[]) => readGivenParameters(given, DECLARED);

describe('readGivenParameters', () => {
  it.each([
    ['date=2026-11-21', 'date', '2026-11-21'],
    ['date=a=b', 'date', 'a=b'],
    ['date=', 'date', ''],
    ['size=-2.5', 'size', -2.5],
    ['full=true', 'full', true],
    ['regions=KR, JP', 'regions', ['KR', 'JP']],
    ['regions=', 'regions', []],
    ['regions=[1, ["KR"]]', 'regions', [1, ['KR']]],
  ])('reads %s by the type of the parameter', (given, name, value) => {
    expect(read(given)).toEqual({ values: { [name]: value } });
  });

  it('leaves what does not fit its type as a text, for the check to refuse', () => {
    expect(read('size=0x10', 'full=yes', 'regions=[1,')).toEqual({
      values: { size: '0x10', full: 'yes', regions: '[1,' },
    });
  });

  it('names everything that is no name with a value, or is given twice', () => {
    expect(read('date', '=x', 'size=1', 'size=2')).toEqual({
      problems: [
        '-p date: must be name=value',
        '-p =x: must be name=value',
        '-p size: given twice',
      ],
    });
  });
});

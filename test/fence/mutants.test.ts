import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { MUTANTS } from '../mutants/list.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string): string => readFileSync(`${ROOT}${file}`, 'utf8');

describe('the list of mutants', () => {
  it.each(MUTANTS)('has a place in the code of today for: $breaks', ({ file, from, to }) => {
    expect(read(file).split(from)).toHaveLength(2);
    expect(to).not.toBe(from);
  });

  it('names each break once', () => {
    const names = MUTANTS.map(({ breaks }) => breaks);
    expect(names).toEqual([...new Set(names)]);
  });
});

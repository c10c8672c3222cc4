import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { GROUPS } from '../mutants/groups.js';
import { reportOf } from '../mutants/report.js';
import { MUTANTS } from '../mutants/rules.js';

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

describe('npm run mutants:all', () => {
  it.each(GROUPS)('finds the files and tests of its group $name', ({ files, stages }) => {
    const paths = [...files, ...stages.flat()];
    expect(paths.filter((path) => !existsSync(`${ROOT}${path}`))).toEqual([]);
    expect(files).toEqual([...new Set(files)]);
  });

  it('states its score, in all and by file, with the place and text of what no test noticed', () => {
    const one = { id: '1', file: 'a.ts', line: 3, kind: 'BooleanLiteral', becomes: 'false' };
    const text = reportOf('planner', 5, [
      { ...one, how: 'noticed' },
      { ...one, how: 'endless' },
      { ...one, how: 'survived' },
      { ...one, file: 'b.ts', how: 'notMet' },
    ]);
    expect(text.split('\n')).toEqual([
      '# planner: 2 of 4 (50.0 %) breaks noticed, of 5 in all so far',
      '1 of them because the tests did not end.',
      '',
      '- a.ts: 2 of 3 (66.7 %)',
      '- b.ts: 0 of 1 (0.0 %)',
      '',
      '## Not noticed',
      '',
      '- a.ts:3 BooleanLiteral → `false`',
      '- b.ts:3 BooleanLiteral → `false` (no test runs it)',
      '',
    ]);
  });
});

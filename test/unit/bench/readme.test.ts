import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readmeWith } from '../../../bench/readme.js';
import { rowAgainst, rowOf } from '../../../bench/table.js';

const README = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
const seen = 'terminal status seen → next submit, one chain, p50';

it('the table of the README is written anew from the rows, with every peer and what missed its aim', () => {
  const rows = [
    rowOf({ measure: seen, unit: 'ms', ratioAtMost: 1.4 }, 50, 25, 'loop'),
    rowOf({ measure: seen, unit: 'ms' }, 50, 28, 'activity'),
    rowAgainst('CPU of the worker, 5000 in one worker', '% of a core', 9, 8),
    rowOf({ measure: 'not shown', unit: 'ms' }, 1, 1, 'loop'),
  ];
  const written = readmeWith(README, rows);
  const table = written.split('<!-- bench')[1]?.split('-->')[1];
  expect(table?.trim().split('\n')).toEqual([
    '| measure | ours | compared with |',
    '| --- | --- | --- |',
    `| ${seen} | 50 ms | 25 ms (loop), aim ≤ 1.4 of it: missed; 28 ms (activity) |`,
    '| CPU of the worker, 5000 in one worker | 9 % of a core | the aim: 8 % of a core: missed |',
  ]);
  const outside = (text: string) => text.replace(/(<!-- bench:).*(<!-- bench end)/s, '$1$2');
  expect(outside(written)).toBe(outside(README));
});

it('the README stays as it is where no row is shown in it', () => {
  expect(readmeWith(README, [])).toBe(README);
});

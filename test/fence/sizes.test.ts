import { describe, expect, it } from 'vitest';
import { ROOT } from './breached-tree.js';
import { problemsOfSizes, readSources } from './sizes.js';

const sizes = (...lines: number[]): { path: string; lines: number }[] =>
  lines.map((count, index) => ({ path: `client/file-${String(index)}.ts`, lines: count }));

describe('sizes and names of files', () => {
  it('refuse a file of more than 250 lines, and name it', () => {
    expect(problemsOfSizes(sizes(10, 250, 20))).toEqual([]);
    expect(problemsOfSizes(sizes(10, 251, 20))).toEqual([
      'client/file-1.ts has 251 lines, at most 250',
    ]);
  });

  it('refuse a median of more than 80 lines', () => {
    expect(problemsOfSizes(sizes(10, 80, 200))).toEqual([]);
    expect(problemsOfSizes(sizes(10, 81, 200))).toEqual(['the median is 81 lines, at most 80']);
  });

  it.each(['client/httpCall.ts', 'client/utils.ts', 'cli/types.ts', 'worker/task-manager.ts'])(
    'refuse the name %s',
    (path) => {
      expect(problemsOfSizes([{ path, lines: 1 }])).toHaveLength(1);
    },
  );

  it('refuse nothing in this project', async () => {
    const sources = await readSources(ROOT);
    expect(sources.length).toBeGreaterThan(10);
    expect(problemsOfSizes(sources)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Entry, EntryState } from '../../../../cli/view/entry.js';
import { screenRows } from '../../../../cli/view/screen.js';
import { widthOf } from '../../../../cli/view/text-width.js';

const plain = (_style: unknown, text: string): string => text;

const anEntry = (name: string, state: EntryState, more: Partial<Entry> = {}): Entry => ({
  ...{ name, state, status: state, depth: 0, detail: '', items: [] },
  ...more,
});

const drawn = (entries: readonly Entry[], columns: number, rows: number): readonly string[] =>
  screenRows([{ title: 'pipeline p  running', noun: 'step', entries }], {
    ...{ columns, rows, startMs: 0, nowMs: 65_000, paint: plain },
  });

const many = (count: number, state: EntryState, name = 's'): readonly Entry[] =>
  Array.from({ length: count }, (_, index) => anEntry(`${name}${index + 1}`, state));

describe('screenRows', () => {
  it('shows all steps where there is room, with a summary above (L1)', () => {
    const entries = [
      anEntry('extract', 'done', { detail: 'execution x1', startedMs: 0, endedMs: 12_000 }),
      anEntry('clean', 'running', { depth: 1, detail: '1/3', startedMs: 12_000 }),
      anEntry('publish', 'waiting', { depth: 2, detail: 'after clean' }),
    ];
    expect(drawn(entries, 60, 40)).toEqual([
      'pipeline p  running  1m 5s',
      '3 steps: 1 running, 1 done, 0 failed, 1 waiting',
      '✔ extract      done       12s     execution x1',
      '●   clean      running    53s     1/3',
      '○     publish  waiting            after clean',
    ]);
  });

  it('keeps the id of an execution whole where a row is narrow (L1)', () => {
    const entries = ['7B15BzhjXG3d', '7B15BzhjXG3d: READY, waits for its end'].map((text) =>
      anEntry('a-step-of-some-length', 'running', { detail: `execution ${text}` }),
    );
    expect(drawn(entries, 60, 40).slice(2)).toEqual([
      '● a-step-of-some-length  running            7B15BzhjXG3d',
      '● a-step-of-some-length  running            7B15BzhjXG3d: R…',
    ]);
  });

  it('folds what is done and what waits where there is none: what failed first and what runs stays (L1)', () => {
    const failed = [
      anEntry('late', 'failed', { endedMs: 9_000, reason: 'second' }),
      anEntry('early', 'failed', { endedMs: 3_000, reason: 'first' }),
    ];
    const entries = [
      ...many(40, 'done'),
      ...failed,
      ...many(8, 'running', 'r'),
      ...many(10, 'waiting', 'w'),
    ];
    const rows = drawn(entries, 60, 40);
    expect(rows[1]).toBe('60 steps: 8 running, 40 done, 2 failed, 10 waiting');
    expect(rows.slice(2, 6)).toEqual([
      ...['✘ early  failed', '    first', '✘ late   failed', '    second'],
    ]);
    expect(rows.slice(6, 14)).toEqual(
      many(8, 'running', 'r').map(({ name }) => `● ${name}     running`),
    );
    expect(rows.at(-1)).toBe('… 50 steps not shown: 40 done, 10 waiting');
  });

  it.each([
    [60, 40, 60],
    [60, 24, 300],
    [120, 40, 300],
    [20, 10, 12],
    [10, 3, 12],
  ])(
    'never has more than %d columns and %d rows, with %d steps of all kinds',
    (columns, rows, count) => {
      const states: readonly EntryState[] = ['running', 'failed', 'done', 'waiting'];
      const entries = Array.from({ length: count }, (_, index) =>
        anEntry(`서울-${'단계'.repeat(index % 9)}${index}`, states[index % 4] ?? 'done', {
          ...{ depth: index, detail: 'x'.repeat(300), reason: 'because '.repeat(40) },
          ...{ startedMs: 0, endedMs: 99_999_999 },
          items: Array.from({ length: 20 }, (_item, at) => ({
            ...{ name: `r${at}`, state: 'failed' as const, detail: '한글 '.repeat(60) },
          })),
        }),
      );
      const shown = drawn(entries, columns, rows);
      expect(shown.length).toBeLessThanOrEqual(Math.max(6, rows - 1));
      expect(Math.max(...shown.map((row) => widthOf(row)))).toBeLessThanOrEqual(columns);
    },
  );

  it('lets many failures hide nothing that runs', () => {
    const rows = drawn([...many(100, 'failed', 'f'), ...many(5, 'running', 'r')], 60, 20);
    expect(rows.filter((row) => row.startsWith('●'))).toHaveLength(5);
  });

  it('needs no heading for one run alone, and shows all that it does', () => {
    const entry = anEntry('sales (j)', 'running', { detail: 'waits '.repeat(20).trim() });
    const rows = screenRows([{ noun: 'run', entries: [entry] }], {
      ...{ columns: 60, rows: 40, startMs: 0, nowMs: 1, paint: plain },
    });
    expect(rows[0]).toBe('● sales (j)  running');
    expect(rows.slice(1).join(' ').match(/waits/g)).toHaveLength(20);
  });
});

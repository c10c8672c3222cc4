import { describe, expect, it } from 'vitest';
import {
  isMissed,
  mean,
  merged,
  percentile,
  percentileRows,
  rounded,
  type Row,
  rowAgainst,
  rowOf,
  tableOf,
} from '../../../bench/table.js';

const row = (ours: number, peer: number, atMost?: number): Row =>
  rowOf(
    { measure: 'duplicates', unit: 'executions', ...(atMost !== undefined && { atMost }) },
    ...([ours, peer, 'naive'] as const),
  );

describe('a row of the bench', () => {
  it('has the ratio of ours to the peer, and the aim as such a ratio', () => {
    expect(row(3, 4, 2)).toEqual({
      ...{ measure: 'duplicates', ours: 3, peer: 4, peerName: 'naive' },
      ...{ ratio: 0.75, aim: 0.5, unit: 'executions' },
    });
    expect(row(3, 4).aim).toBeNull();
  });

  it('may have a share of the peer, or a number, as its aim', () => {
    const shared = rowOf({ measure: 'a', unit: 'ms', ratioAtMost: 0.25 }, 3, 4, 'naive');
    expect(shared).toMatchObject({ ratio: 0.75, aim: 0.25 });
    expect(rowAgainst('a', 'ms', 30, 20 / 3)).toMatchObject({
      ...{ peer: 6.67, peerName: 'the aim: 6.67 ms', ratio: 4.5, aim: 1 },
    });
  });

  it('has no ratio, but a reason, where the peer has none', () => {
    expect(row(0, 0, 0)).toMatchObject({ ratio: null, aim: null, why: '0/0: neither had any' });
    expect(row(2, 0, 0)).toMatchObject({ ratio: null, why: 'the peer had none, ours had' });
  });

  it('misses its aim only where the ratio is above it', () => {
    expect([row(3, 4, 2), row(2, 4, 2), row(9, 4), row(9, 0, 0)].map(isMissed)).toEqual([
      ...[true, false, false, false],
    ]);
  });

  it('stands for p50 and for p95, each with its aim', () => {
    const rows = percentileRows('step', [2, 4], ['naive', [1, 2]], [1.4]);
    expect(rows).toMatchObject([
      { measure: 'step, p50', ours: 2, peer: 1, ratio: 2, aim: 1.4, unit: 'ms' },
      { measure: 'step, p95', ours: 4, peer: 2, ratio: 2, aim: null },
    ]);
  });
});

describe('the table of the bench', () => {
  it('aligns its columns, marks what is missed and says why there is no ratio', () => {
    expect(tableOf([row(3, 4, 2), row(0, 0)]).split('\n')).toEqual([
      'measure     ours  peer                 ratio  aim           unit        peer is',
      'duplicates     3     4                  0.75  ≤ 0.5 missed  executions  naive',
      'duplicates     0     0  0/0: neither had any  –             executions  naive',
    ]);
  });
});

describe('the results of the bench', () => {
  const said = { settings: { runs: 2 }, notMeasured: [] };
  const before = {
    command: 'npm run bench',
    parts: { old: said, waits: said, steps: said },
    rows: [
      { part: 'old', ...row(1, 1) },
      { part: 'waits', ...row(1, 2) },
      { part: 'steps', ...row(1, 3) },
    ],
  };

  it('take the rows of a part in the place of its earlier ones, in the order of the parts', () => {
    const came = { settings: { runs: 9 }, notMeasured: [], rows: [row(1, 4), row(1, 5)] };
    const { parts, rows } = merged(before, ['steps', 'waits'], 'waits', came);
    expect(rows.map(({ part, peer }) => [part, peer])).toEqual([
      ['steps', 3],
      ['waits', 4],
      ['waits', 5],
    ]);
    expect(parts).toEqual({ steps: said, waits: { settings: { runs: 9 }, notMeasured: [] } });
  });
});

describe('a percentile', () => {
  it('is the smallest sample that the share does not exceed, in any order', () => {
    expect([0.5, 0.51, 1, 0].map((share) => percentile([3, 1, 2, 4], share))).toEqual([2, 3, 4, 1]);
    const hundred = Array.from({ length: 100 }, (_, nth) => 100 - nth);
    expect(percentile(hundred, 0.95)).toBe(95);
  });

  it('of no samples is a mistake, and so is their mean', () => {
    expect(() => percentile([], 0.5)).toThrow(RangeError);
    expect(() => mean([])).toThrow(RangeError);
  });
});

it('a number is kept to three digits, or to an integer', () => {
  expect([0.012345, 3.14159, 71.96, 1234.5, 0].map(rounded)).toEqual([0.0123, 3.14, 72, 1235, 0]);
});

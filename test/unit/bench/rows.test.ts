import { describe, expect, it } from 'vitest';
import { JOB_MEASURES, type JobFigures } from '../../../bench/job-figures.js';
import type { Measure } from '../../../bench/measure.js';
import { isMissed, rowsOf } from '../../../bench/rows.js';
import { tableOf } from '../../../bench/table.js';

const figures = (duplicates: number): JobFigures => ({
  hour: {
    eventsPerJob: 23,
    actionsPerHour: 66,
    callsPerHour: 90,
    sharedCallsPerHour: 30,
    endToSeenS: [10, 50],
  },
  steps: { seenToSubmitMs: [30, 40, 50], endToSubmitMs: [3_000] },
  cancels: { arrivedMs: [20], leftRunning: 0 },
  kills: { requested: 200, duplicates, lost: 0 },
});
const duplicatesAtMost = (atMost?: number): Measure<JobFigures> => ({
  measure: 'duplicates',
  unit: 'executions',
  of: ({ kills }) => kills.duplicates,
  ...(atMost !== undefined && { atMost }),
});
const only = (ours: number, peer: number, atMost?: number) =>
  rowsOf([duplicatesAtMost(atMost)], figures(ours), [['naive', figures(peer)]])[0]!;

describe('a row of the bench', () => {
  it('has the ratio of ours to the peer, and the aim as such a ratio', () => {
    expect(only(3, 4, 2)).toEqual({
      measure: 'duplicates',
      ours: 3,
      peer: 4,
      peerName: 'naive',
      ratio: 0.75,
      aim: 0.5,
      unit: 'executions',
    });
    expect(only(3, 4).aim).toBeNull();
  });

  it('may have a share of the peer as its aim', () => {
    const measure = { ...duplicatesAtMost(), ratioAtMost: 0.25 };
    const [row] = rowsOf([measure], figures(3), [['naive', figures(4)]]);
    expect(row).toMatchObject({ ratio: 0.75, aim: 0.25 });
  });

  it('has no ratio, but a reason, where the peer has none', () => {
    expect(only(0, 0, 0)).toMatchObject({ ratio: null, aim: null, why: '0/0: neither had any' });
    expect(only(2, 0, 0)).toMatchObject({ ratio: null, why: 'the peer had none, ours had' });
  });

  it('misses its aim only where the ratio is above it', () => {
    expect(isMissed(only(3, 4, 2))).toBe(true);
    expect(isMissed(only(2, 4, 2))).toBe(false);
    expect(isMissed(only(9, 4))).toBe(false);
    expect(isMissed(only(9, 0, 0))).toBe(false);
  });

  it('stands for each measure and each peer', () => {
    const rows = rowsOf(JOB_MEASURES, figures(0), [
      ['a', figures(1)],
      ['b', figures(0)],
    ]);
    expect(rows).toHaveLength(JOB_MEASURES.length * 2);
    expect(rows.slice(0, 2).map(({ peerName }) => peerName)).toEqual(['a', 'b']);
    expect(rows.every(({ ours }) => Number.isFinite(ours))).toBe(true);
  });
});

describe('the table of the bench', () => {
  it('aligns its columns, marks what is missed and tells why there is no ratio', () => {
    expect(tableOf([only(3, 4, 2), only(0, 0)]).split('\n')).toEqual([
      'measure     ours  peer                 ratio  aim           unit        peer is',
      'duplicates     3     4                  0.75  ≤ 0.5 missed  executions  naive',
      'duplicates     0     0  0/0: neither had any  –             executions  naive',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { newestFirst, listOrder, provesPast, reachesBefore } from '../../../polling/list-order.js';

const START_MS = Date.parse('2026-11-01T00:00:00Z');
const rowsAt = (...seconds: readonly number[]) =>
  seconds.map((second) => ({ createdDate: new Date(START_MS + second * 1_000).toISOString() }));
const upward = Array.from({ length: 12 }, (_, n) => n * 10);

describe('orderOf', () => {
  it.each([
    ['oldest-first', upward],
    ['newest-first', upward.toReversed()],
    [undefined, [...upward.slice(6), ...upward.slice(0, 6)]],
    [undefined, upward.slice(0, 8)],
    [undefined, upward.map(() => 5)],
    [undefined, []],
  ])('proves %s', (order, seconds) => {
    expect(listOrder(rowsAt(...seconds))).toBe(order);
  });

  it('lets rows within two seconds stand either way round', () => {
    expect(listOrder(rowsAt(0, 2, 10, 8, 20, 30, 29, 40, 50, 60))).toBe('oldest-first');
  });

  it('goes by the rows that have a date', () => {
    const rows = [{}, ...rowsAt(...upward), {}];
    expect(listOrder(rows)).toBe('oldest-first');
  });
});

describe('reachesBefore', () => {
  it.each([
    [8, true],
    [9, true],
    [10, false],
    [12, false],
  ])('a row of second %d against a limit at second 11.5: %s', (second, reaches) => {
    expect(reachesBefore(rowsAt(second), START_MS + 11_500)).toBe(reaches);
  });
});

describe('provesPast', () => {
  const at = (second: number) => new Date(START_MS + second * 1_000).toISOString();
  const row = { jobId: 'job', jobExecutionId: 'x', status: 'COMPLETED', createdDate: at(0) };
  it.each([
    ['ended before the limit', { startDate: at(1), endDate: at(2) }, true],
    ['shows its creation only', {}, true],
    ['started after the limit', { startDate: at(20), endDate: at(21) }, false],
    ['ended after the limit', { startDate: at(1), endDate: at(20) }, false],
    ['has no date', { createdDate: '' }, false],
  ])('a row that %s (A5)', (_, change, expected) => {
    expect(provesPast([{ ...row, ...change }], START_MS + 11_500)).toBe(expected);
  });
});

describe('newestFirst', () => {
  it('puts rows without a date last', () => {
    const [old, young] = rowsAt(0, 60);
    const row = { jobId: 'job', status: 'RUNNING', jobExecutionId: 'x' };
    const rows = [{ ...row, ...old }, row, { ...row, ...young }];
    expect(newestFirst(rows)).toEqual([rows[2], rows[0], rows[1]]);
  });
});

import { describe, expect, it } from 'vitest';
import { toCard, toTable } from '../../../../cli/view/table.js';

const COLUMNS = [
  { heading: 'id', cell: (row: { id: string; note?: string }) => row.id },
  { heading: 'note', cell: (row: { id: string; note?: string }) => row.note },
] as const;

describe('toTable', () => {
  it('puts cells under their headings, and a dash where a row has nothing', () => {
    const rows = [{ id: 'a', note: 'one' }, { id: 'long-id' }];
    expect(toTable(rows, COLUMNS)).toBe('id       note\na        one\nlong-id  -');
  });

  it('leaves out a column that no row has anything in', () => {
    expect(toTable([{ id: 'a' }], COLUMNS)).toBe('id\na');
  });

  it('shows the headings where there are no rows', () => {
    expect(toTable([], COLUMNS)).toBe('id  note');
  });

  it('lets no text of the service move the cursor, break a line or fill the screen', () => {
    const text = toTable([{ id: `\u001b[2Jx\ny${'z'.repeat(6_000_000)}` }], COLUMNS);
    expect(text).toMatch(/^id\n\[2Jx yz+…$/);
    expect(text.length).toBeLessThan(100);
  });
});

describe('toTable in a terminal', () => {
  const rows = [{ id: 'a', note: 'one', why: 'because it had to be so, and not otherwise' }];
  type Row = (typeof rows)[number];
  const columns = [
    { heading: 'id', cell: ({ id }: Row) => id },
    { heading: 'note', cell: ({ note }: Row) => note, rank: 1 },
  ];
  const below = ({ why }: Row) => [why];

  it('wraps what stands below a row; elsewhere it is one line', () => {
    expect(toTable(rows, columns, { width: 24, below })).toBe(
      'id  note\na   one\n  because it had to be\n  so, and not otherwise',
    );
    expect(toTable(rows, columns, { below })).toBe(
      'id  note\na   one\n  because it had to be so, and not otherwise',
    );
  });

  it('leaves out optional columns for which it is too narrow', () => {
    expect(toTable(rows, columns, { width: 6 })).toBe('id\na');
  });
});

describe('toCard', () => {
  it('has a member a line, and JSON for what is no plain value', () => {
    expect(toCard({ jobId: 'a', jobCondition: { numWorker: 2 }, name: undefined })).toBe(
      'jobId         a\njobCondition  {"numWorker":2}',
    );
  });
});

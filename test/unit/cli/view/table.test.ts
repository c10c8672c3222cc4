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

describe('toCard', () => {
  it('has a member a line, and JSON for what is no plain value', () => {
    expect(toCard({ jobId: 'a', jobCondition: { numWorker: 2 }, name: undefined })).toBe(
      'jobId         a\njobCondition  {"numWorker":2}',
    );
  });
});

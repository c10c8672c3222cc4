import { cleanText } from '../../client/clean-text.js';

/** Longer cells are cut: `--json` has the whole. */
const WIDEST = 60;
const GAP = '  ';

/** A column: its heading, and what a row shows in it; nothing where it has no such thing. */
export interface Column<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => string | number | boolean | undefined;
}

/** Text of the service in a terminal: one line, no control characters, not endless. */
export const toCell = (value: string | number | boolean | undefined): string =>
  value === undefined ? '-' : cleanText(String(value), [], WIDEST);

/** Rows under their headings; columns that no row has anything in are left out. */
export function toTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  heading: (text: string) => string = (text) => text,
): string {
  const used = columns.filter(({ cell }) => rows.some((row) => cell(row) !== undefined));
  const shown = rows.length === 0 ? columns : used;
  const cells = rows.map((row) => shown.map(({ cell }) => toCell(cell(row))));
  const widths = shown.map((column, index) =>
    cells.reduce((most, row) => Math.max(most, (row[index] ?? '').length), column.heading.length),
  );
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => text.padEnd(widths[index] ?? 0))
      .join(GAP)
      .trimEnd();
  const head = heading(line(shown.map((column) => column.heading)));
  return [head, ...cells.map(line)].join('\n');
}

/** One object, a member a line; what is no plain value stands as JSON. */
export function toCard(value: object): string {
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const width = members.reduce((most, [name]) => Math.max(most, name.length), 0);
  return members
    .map(([name, member]) => `${name.padEnd(width)}${GAP}${toCardText(member)}`)
    .join('\n');
}

/** A card has room for a line of a terminal or three. */
const CARD_WIDEST = 240;

const toCardText = (member: unknown): string =>
  cleanText(typeof member === 'string' ? member : JSON.stringify(member), [], CARD_WIDEST);

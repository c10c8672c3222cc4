import { cleanText } from '../../client/clean-text.js';
import { timeText } from './time-text.js';
import { fitted, padded, widthOf, wrapped } from './text-width.js';

/** Longer cells are cut: `--json` has the whole. */
const WIDEST = 60;
const GAP = '  ';

/** A column: its heading, and what a row shows in it; nothing where it has no such thing. */
export interface Column<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => string | number | boolean | undefined;
  /** May be left out where the terminal is too narrow for all columns: those with the lowest number first. */
  readonly rank?: number;
}

export interface TableOptions<Row> {
  readonly heading?: (text: string) => string;
  /** Columns of the terminal. @default as wide as it comes out */
  readonly width?: number | undefined;
  /** Lines below a row, whole; in a terminal they are wrapped. */
  readonly below?: (row: Row) => readonly string[];
}

/** Text of the service in a terminal: one line, no control characters, not endless; dates in one time zone. */
export const toCell = (value: string | number | boolean | undefined): string =>
  value === undefined ? '-' : cleanText(inOneZone(String(value)), [], WIDEST);

const POINT_OF_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

const inOneZone = (text: string): string => (POINT_OF_TIME.test(text) ? timeText(text) : text);

/** Rows under their headings; columns that no row has anything in are left out. */
export function toTable<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  { heading = (text) => text, width = Infinity, below = () => [] }: TableOptions<Row> = {},
): string {
  const used = columns.filter(({ cell }) => rows.some((row) => cell(row) !== undefined));
  const all = (rows.length === 0 ? columns : used).map(({ heading: name, cell, rank }) => {
    const texts = rows.map((row) => toCell(cell(row)));
    const widest = texts.reduce((most, text) => Math.max(most, widthOf(text)), widthOf(name));
    return { name, texts, widest, rank };
  });
  const shown = thatFit(all, width);
  const line = (texts: readonly string[]): string =>
    fitted(
      texts
        .map((text, at) => padded(text, shown[at]?.widest ?? 0))
        .join(GAP)
        .trimEnd(),
      width,
    );
  return [
    heading(line(shown.map(({ name }) => name))),
    ...rows.flatMap((row, at) => [
      line(shown.map(({ texts }) => texts[at] ?? '')),
      ...below(row).flatMap((text) => indentedLines(text, width)),
    ]),
  ].join('\n');
}

interface Measured {
  readonly widest: number;
  readonly rank?: number | undefined;
}

/** The columns without those of the lowest ranks, as long as they are too wide. */
function thatFit<One extends Measured>(columns: readonly One[], width: number): readonly One[] {
  const taken = columns.reduce((sum, { widest }) => sum + widest + GAP.length, -GAP.length);
  const [first] = columns
    .filter(({ rank }) => rank !== undefined)
    .toSorted((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
  if (taken <= width || first === undefined) return columns;
  return thatFit(
    columns.filter((column) => column !== first),
    width,
  );
}

const indentedLines = (text: string, width: number): readonly string[] =>
  wrapped(cleanText(text, [], MAX_BELOW), width - GAP.length).map((line) => GAP + line);
const MAX_BELOW = 4_000;

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
  cleanText(
    typeof member === 'string' ? inOneZone(member) : JSON.stringify(member),
    [],
    CARD_WIDEST,
  );

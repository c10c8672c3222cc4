import { cleanText } from '../../client/clean-text.js';
import { timeText } from './time-text.js';
import { fitted, padded, widthOf, wrapped, wrappedBeside } from './text-width.js';

/** Longer cells are cut; `--json` shows them whole. */
const MAX_CELL = 60;
const GAP = '  ';

/** A column: its heading and its cell in a row, undefined where the row has no value for it. */
export interface Column<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => string | number | boolean | undefined;
  /** Where the terminal is too narrow, columns with a rank are left out, the lowest first. @default never left out */
  readonly rank?: number;
}

export interface TableOptions<Row> {
  readonly heading?: (text: string) => string;
  /** Columns of the terminal. @default no limit */
  readonly width?: number | undefined;
  /** Lines below a row; in a terminal they are wrapped. */
  readonly below?: (row: Row) => readonly string[];
}

/**
 * A value of the service in one line of at most 60 characters, without control characters; dates in the zone of this
 * process.
 */
export const toCell = (value: string | number | boolean | undefined): string =>
  value === undefined ? '-' : cleanText(inOneZone(String(value)), [], MAX_CELL);

const POINT_OF_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

const inOneZone = (text: string): string => (POINT_OF_TIME.test(text) ? timeText(text) : text);

/** Rows under their headings. Columns without any value are left out. */
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

/** One object, a row for each property; an object or a list in it as JSON. `width`: columns of the terminal. */
export function toCard(value: object, width = Infinity): string {
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  const nameWidth = members.reduce((most, [name]) => Math.max(most, name.length), 0);
  return members
    .flatMap(([name, member]) =>
      wrappedBeside(`${name.padEnd(nameWidth)}${GAP}`, toCardText(member), width),
    )
    .join('\n');
}

/** Longer values of a card are cut; `--json` shows them whole. */
const MAX_CARD_TEXT = 240;

const toCardText = (member: unknown): string =>
  cleanText(
    typeof member === 'string' ? inOneZone(member) : JSON.stringify(member),
    [],
    MAX_CARD_TEXT,
  );

import { durationText } from '../../contract/durations.js';
import type { Style } from '../output.js';
import type { Entry, EntryState, Section } from './entry.js';
import { fitted, padded, widthOf, wrapped } from './text-width.js';

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** Text in a style; unchanged where there is no colour. */
export type Paint = (style: Style, text: string) => string;

const MARKS: Readonly<Record<EntryState, { readonly mark: string; readonly style: Style }>> = {
  waiting: { mark: '○', style: 'dim' },
  running: { mark: '●', style: 'cyan' },
  done: { mark: '✔', style: 'green' },
  failed: { mark: '✘', style: 'red' },
  canceled: { mark: '■', style: 'yellow' },
  skipped: { mark: '−', style: 'dim' },
};

/** States that the summary counts even where the count is 0. */
const ALWAYS_COUNTED: readonly EntryState[] = ['running', 'done', 'failed', 'waiting'];
const COUNTED: readonly EntryState[] = [...ALWAYS_COUNTED, 'skipped', 'canceled'];

/** Deeper steps are not indented further: a chain of a hundred steps must fit the terminal. */
const MAX_DEPTH = 6;
const MIN_ROWS = 6;
/** Most rows below one entry, and most of them for the reason of a failure. */
const MAX_ROWS_BELOW = 8;
const MAX_REASON_ROWS = 3;
const MAX_NAME_SHARE = 0.4;
/** Columns of the longest usual status, `succeeded`. */
const STATUS_WIDTH = 9;
const TOOK_WIDTH = 6;
const GAP = '  ';
const BELOW = '    ';

export interface Screen extends ScreenSize {
  readonly nowMs: number;
  readonly startMs: number;
  readonly paint: Paint;
}

/** All sections, in no more rows and columns than the terminal has. */
export function screenRows(sections: readonly Section[], screen: Screen): readonly string[] {
  const rows = Math.max(MIN_ROWS, screen.rows - 1); // the last row is the cursor's
  const share = Math.max(MIN_ROWS, Math.floor(rows / Math.max(1, sections.length)));
  return sections.flatMap((section) => sectionRows(section, { ...screen, rows: share }));
}

function sectionRows(
  { title, noun, notes = [], entries }: Section,
  screen: Screen,
): readonly string[] {
  const { columns, rows, paint, nowMs, startMs } = screen;
  const clock = durationText(Math.max(0, nowMs - startMs));
  const head =
    title === undefined
      ? []
      : [
          paint('bold', fitted(`${title}  ${clock}`, columns)),
          ...(entries.length === 0 ? [] : [fitted(summaryText(noun, entries), columns)]),
          ...notes.flatMap((note) => cutRows(note, columns)),
        ];
  const room = rows - head.length;
  if (title === undefined) return entries.flatMap((entry) => aloneRows(entry, screen));
  if (entries.length <= room) return [...head, ...entryRows(entries, room, screen)];
  const shown = failedAndRunning(entries, room - 1);
  const hidden = entries.filter((entry) => !shown.includes(entry));
  const flat = shown.map((entry) => ({ ...entry, depth: 0 }));
  const fold = paint('dim', fitted(foldedText(noun, hidden), columns));
  return [...head, ...entryRows(flat, room - 1, screen), fold];
}

const countsOf = (entries: readonly Entry[]) =>
  COUNTED.map((state) => ({
    state,
    count: entries.filter((entry) => entry.state === state).length,
  }));

/** How many entries are in which state. */
export function summaryText(noun: string, entries: readonly Entry[]): string {
  const parts = countsOf(entries)
    .filter(({ state, count }) => count > 0 || ALWAYS_COUNTED.includes(state))
    .map(({ state, count }) => `${count} ${state}`);
  return `${entries.length} ${noun}${entries.length === 1 ? '' : 's'}: ${parts.join(', ')}`;
}

function foldedText(noun: string, hidden: readonly Entry[]): string {
  const counts = countsOf(hidden).filter(({ count }) => count > 0);
  const named = counts.map(({ state, count }) => `${count} ${state}`).join(', ');
  return `… ${hidden.length} ${noun}${hidden.length === 1 ? '' : 's'} not shown: ${named}`;
}

/** Entries that failed, the earliest first, then those that run. The others are only counted. */
function failedAndRunning(entries: readonly Entry[], most: number): readonly Entry[] {
  const running = entries.filter(({ state }) => state === 'running');
  const failed = entries
    .filter(({ state }) => state === 'failed')
    .toSorted((a, b) => (a.endedMs ?? Infinity) - (b.endedMs ?? Infinity));
  // Each of the two has half of the rows, or more where the other needs less.
  const half = Math.floor(most / 2);
  const failedRoom = Math.max(half, most - running.length);
  return [...failed.slice(0, failedRoom), ...running].slice(0, most);
}

/** The only entry: its detail is shown whole below it. */
function aloneRows(entry: Entry, screen: Screen): readonly string[] {
  const { detail, ...rest } = entry;
  const width = screen.columns - BELOW.length;
  return [
    entryRow({ ...rest, detail: '' }, true, widthOf(entry.name), screen),
    ...(detail === '' ? [] : wrapped(detail, width)).map((row) => BELOW + row),
    ...detailRows(entry, screen),
  ];
}

/** A row for each entry; below it the reason of a failure and items, as far as there is room. */
function entryRows(entries: readonly Entry[], room: number, screen: Screen): readonly string[] {
  const nameWidth = Math.min(
    Math.floor(screen.columns * MAX_NAME_SHARE),
    entries.reduce((most, entry) => Math.max(most, widthOf(indented(entry))), 0),
  );
  const below = new Map<Entry, readonly string[]>();
  let left = room - entries.length;
  const urgent = (entry: Entry): number => (entry.state === 'failed' ? 0 : 1);
  for (const entry of entries.toSorted((a, b) => urgent(a) - urgent(b))) {
    const rows = detailRows(entry, screen).slice(0, Math.min(left, MAX_ROWS_BELOW));
    below.set(entry, rows);
    left -= rows.length;
  }
  return entries.flatMap((entry) => {
    const rows = below.get(entry) ?? [];
    return [entryRow(entry, rows.length > 0, nameWidth, screen), ...rows];
  });
}

const indented = ({ name, depth }: Entry): string => '  '.repeat(Math.min(depth, MAX_DEPTH)) + name;

/** One row: mark, name, status, time, and as much of detail and reason as there is room for. */
function entryRow(
  entry: Entry,
  hasRowsBelow: boolean,
  nameWidth: number,
  { columns, paint, nowMs }: Screen,
): string {
  const { mark, style } = MARKS[entry.state];
  const head = [
    `${mark} ${padded(fitted(indented(entry), nameWidth), nameWidth)}`,
    padded(entry.status, STATUS_WIDTH),
  ].join(GAP);
  const { detail, reason } = entry;
  const isBelow = hasRowsBelow && entry.state === 'failed';
  const said = [detail, isBelow ? undefined : reason].filter(Boolean).join(': ');
  const left = columns - widthOf(head);
  const took = `${GAP}${padded(tookText(entry, nowMs), TOOK_WIDTH)}${GAP}`;
  const rest = `${took}${shortened(said, left - widthOf(took))}`.trimEnd();
  if (rest === '' || left < 0) return paint(style, fitted(head.trimEnd(), columns));
  return paint(style, head) + fitted(rest, left);
}

/** Drops the word "execution" where the text is too long: its id is copied by people, so it must not be cut. */
const shortened = (text: string, width: number): string =>
  widthOf(text) > width ? text.replace('execution ', '') : text;

/** Duration until the end, or until now. */
function tookText({ startedMs, endedMs }: Entry, nowMs: number): string {
  if (startedMs === undefined) return '';
  const ms = (endedMs ?? nowMs) - startedMs;
  return ms < 1_000 ? '' : durationText(ms);
}

/** Rows below an entry: why it failed, or its items. */
function detailRows({ reason = '', state, items }: Entry, screen: Screen): readonly string[] {
  const { columns, paint } = screen;
  const width = columns - BELOW.length;
  const isWhole = state === 'failed' && items.length === 0 && reason !== '';
  const why = isWhole ? cutRows(reason, width) : [];
  const rows = items.map((item) => {
    const { mark, style } = MARKS[item.state];
    return paint(style, mark) + fitted(` ${item.name}${GAP}${item.detail}`, width - 1);
  });
  return [...why, ...rows].map((row) => BELOW + row);
}

/** A text in at most three rows; an ellipsis shows that it was cut. */
function cutRows(text: string, width: number): readonly string[] {
  const rows = wrapped(text, width);
  const cut = rows.slice(0, MAX_REASON_ROWS);
  return rows.length > cut.length
    ? [...cut.slice(0, -1), fitted(`${cut.at(-1) ?? ''} …`, width)]
    : cut;
}

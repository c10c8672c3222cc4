import type { ExitName } from '../exit-codes.js';
import { wrappedBeside } from '../view/text-width.js';

/** One check and its result. */
export interface Finding {
  readonly about: string;
  readonly level: 'ok' | 'warning' | 'problem';
  readonly text: string;
  /** The whole problem as another check reports it; `text` is a part of it. @default `text` */
  readonly sentence?: string;
  /** What to do; absent where `level` is `ok`. */
  readonly remedy?: string;
  /** Exit code of a problem. */
  readonly exit?: ExitName;
}

export const ok = (about: string, text: string): Finding => ({ about, level: 'ok', text });

export const warning = (about: string, text: string, remedy: string): Finding => ({
  about,
  level: 'warning',
  text,
  remedy,
});

export const problem = (about: string, exit: ExitName, text: string, remedy: string): Finding => ({
  about,
  level: 'problem',
  text,
  remedy,
  exit,
});

/** The exit code of all findings: the first problem's, since what follows may come from it. */
export const exitOfFindings = (findings: readonly Finding[]): ExitName =>
  findings.find(({ level }) => level === 'problem')?.exit ?? 'ok';

const MARKS = { ok: 'ok', warning: 'warning', problem: 'PROBLEM' } as const;

interface FindingsLayout {
  readonly style?: (level: Finding['level'], text: string) => string;
  /** Columns of the terminal. @default no limit: lines are not wrapped */
  readonly width?: number | undefined;
}

/** A row per finding, and the remedy below it. */
export function findingsText(
  findings: readonly Finding[],
  { style = (_, text) => text, width = Infinity }: FindingsLayout = {},
): string {
  const aboutWidth = findings.reduce((most, { about }) => Math.max(most, about.length), 0);
  return findings
    .flatMap(({ about, level, text, remedy }) => [
      ...wrappedBeside(
        `${style(level, MARKS[level].padEnd(7))}  ${about.padEnd(aboutWidth)}  `,
        text,
        width,
      ),
      ...(remedy === undefined
        ? []
        : wrappedBeside(`${' '.repeat(9 + aboutWidth)}  → `, remedy, width)),
    ])
    .join('\n');
}

import type { ExitName } from '../exit-codes.js';

/** One check and its result. */
export interface Finding {
  readonly about: string;
  readonly level: 'ok' | 'warning' | 'problem';
  readonly text: string;
  /** The problem as it is told elsewhere, where `text` is a part of it. */
  readonly sentence?: string;
  /** What to do; none where all is well. */
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

/** A line per finding, and the remedy below it. */
export function findingsText(
  findings: readonly Finding[],
  style: (level: Finding['level'], text: string) => string = (_, text) => text,
): string {
  const width = findings.reduce((most, { about }) => Math.max(most, about.length), 0);
  return findings
    .flatMap(({ about, level, text, remedy }) => [
      `${style(level, MARKS[level].padEnd(7))}  ${about.padEnd(width)}  ${text}`,
      ...(remedy === undefined ? [] : [`${' '.repeat(9 + width)}  → ${remedy}`]),
    ])
    .join('\n');
}

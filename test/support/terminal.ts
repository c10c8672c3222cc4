import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';

const MAIN = fileURLToPath(new URL('../../lib/cli/main.js', import.meta.url));

export interface TerminalOptions {
  readonly columns: number;
  readonly rows: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** `dataflow` in a pseudo-terminal. */
export interface TerminalCli {
  /** Visible rows, without trailing blanks. */
  screen(): readonly string[];
  /** All rows since the start. */
  scrollback(): readonly string[];
  /** Rows that were longer than the screen is wide: the part in the first row of each. */
  overflows(): readonly string[];
  /** Everything that was written, with its control sequences. */
  raw(): string;
  /** Types keys; `\u0003` is Ctrl-C. */
  type(keys: string): void;
  /** Exit code of the process, and the signal that ended it. */
  readonly ended: Promise<{ readonly exitCode: number; readonly signal?: number | undefined }>;
}

/** Starts `dataflow` in a pseudo-terminal (@lydell/node-pty) whose screen @xterm/headless draws. */
export function dataflowInTerminal(
  args: readonly string[],
  { columns, rows, env = {} }: TerminalOptions,
): TerminalCli {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const child = spawn(process.execPath, [MAIN, ...args], {
    ...{ cols: columns, rows, name: 'xterm-256color' },
    env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm-256color', TZ: 'UTC', ...env },
  });
  let written = '';
  child.onData((text) => {
    written += text;
    terminal.write(text);
  });
  const line = (index: number): string =>
    terminal.buffer.active.getLine(index)?.translateToString(true) ?? '';
  const from = (first: number): readonly string[] => {
    const all = Array.from({ length: terminal.buffer.active.length - first }, (_, index) =>
      line(first + index),
    );
    return all.slice(0, all.findLastIndex((row) => row !== '') + 1);
  };
  return {
    screen: () => from(terminal.buffer.active.baseY),
    scrollback: () => from(0),
    overflows: () =>
      from(0).filter((_, index, { length }) => {
        const { active } = terminal.buffer;
        const isContinued = index + 1 < length && active.getLine(index + 1)?.isWrapped === true;
        return isContinued && active.getLine(index)?.isWrapped !== true;
      }),
    raw: () => written,
    type: (keys) => {
      child.write(keys);
    },
    ended: new Promise((resolve) => {
      child.onExit(({ exitCode, signal }) => {
        // waits until the screen shows the last output
        terminal.write('', () => {
          resolve({ exitCode, signal });
        });
      });
    }),
  };
}

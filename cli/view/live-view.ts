import { styleText } from 'node:util';
import type { Section } from './entry.js';
import { type Paint, screenRows } from './screen.js';

/** One run, step or job as a line of text. */
export interface LiveLine {
  readonly key: string;
  /** Empty where it has not begun. */
  readonly text: string;
}

/** Progress of everything that a command watches. */
export interface Picture {
  /** For a pipe: each line is written when its text changes. */
  readonly lines: readonly LiveLine[];
  /** For a terminal. */
  readonly sections: readonly Section[];
}

export interface LiveView {
  show(picture: Picture): void;
  /** Writes a line that is not erased. */
  note(text: string): void;
  /** Ends the view; later output is not overwritten. `keep`: whether the last picture stays in the terminal. */
  end(keep: boolean): void;
}

type Stream = Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean };

/** In a terminal rows that are redrawn; elsewhere a line per change, without clock, colour and cursor codes. */
export const createLiveView = (stream: NodeJS.WriteStream, startMs: number): LiveView =>
  stream.isTTY ? createBlock(stream, startMs) : createLines(stream);

/** Used for a terminal that does not report its size. */
const USUAL_SIZE = { columns: 80, rows: 24 };

const ERASE_ROW_END = '\u001b[K';
const ERASE_BELOW = '\u001b[J';

function createBlock(stream: NodeJS.WriteStream, startMs: number): LiveView {
  const paint: Paint = (style, text) => styleText(style, text, { stream });
  let shown: Picture | undefined;
  let height = 0;
  /** Control sequence that moves the cursor to the first row of the block. */
  const home = (): string => (height === 0 ? '' : `\u001b[${height}A\r`);
  const clear = (): void => {
    stream.write(`${home()}${ERASE_BELOW}`);
    height = 0;
  };
  const draw = (): void => {
    if (shown === undefined) return;
    const size = {
      columns: stream.columns || USUAL_SIZE.columns,
      rows: stream.rows || USUAL_SIZE.rows,
    };
    const screen = { ...size, startMs, nowMs: Date.now(), paint };
    const drawn = screenRows(shown.sections, screen);
    stream.write(
      `${home()}${drawn.map((row) => `${row}${ERASE_ROW_END}\n`).join('')}${ERASE_BELOW}`,
    );
    height = drawn.length;
  };
  stream.on('resize', draw);
  return {
    show: (picture) => {
      shown = picture;
      draw();
    },
    note: (text) => {
      clear();
      stream.write(`${text}\n`);
      draw();
    },
    end: (keep) => {
      stream.off('resize', draw);
      if (!keep) clear();
    },
  };
}

/** The view for a stream that is no terminal. */
export function createLines(stream: Stream): LiveView {
  const written = new Map<string, string>();
  return {
    show: ({ lines }) => {
      for (const { key, text } of lines) {
        if (text === '' || written.get(key) === text) continue;
        written.set(key, text);
        stream.write(`${text}\n`);
      }
    },
    note: (text) => void stream.write(`${text}\n`),
    end: () => undefined,
  };
}
